/** The page: see a network think about a picture, and watch another one learn. */
import { openAdapter } from "./adapter.ts";
import { find, say } from "./dom.ts";
import { LearnPanel } from "./learn/panel.ts";
import { SeePanel } from "./see/panel.ts";
import { startTabs } from "./tabs.ts";

find("waiting").remove();
const gpu = await openAdapter();
if (gpu) {
  say("adapter", `${gpu.name}${gpu.software ? ", on the processor: slow" : ""}`);
  find("panels").hidden = false;
  let see: SeePanel | undefined, learn: LearnPanel | undefined;
  const seeing = () => see ??= new SeePanel(gpu);
  const choose = startTabs((panel) => {
    if (panel === "see") return void seeing();
    learn ??= new LearnPanel((trained) => {
      seeing().use(trained);
      choose("see");
    });
    learn.draw();
  });
}
