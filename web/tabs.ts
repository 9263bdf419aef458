/** Tabs, as keyboards and screen readers know them: arrows go from one to the next. */
import { find } from "./dom.ts";

/**
 * @param shown is called with the panel's id when a tab is chosen, also at the start
 * @returns what chooses a tab by its panel's id
 */
export function startTabs(shown: (panel: string) => void): (panel: string) => void {
  const list = find("tabs");
  const tabs = [...list.querySelectorAll<HTMLButtonElement>('[role="tab"]')];
  const panelOf = (tab: Element) => tab.getAttribute("aria-controls")!;
  const choose = (chosen: HTMLButtonElement) => {
    for (const tab of tabs) {
      const on = tab === chosen;
      tab.setAttribute("aria-selected", String(on));
      tab.tabIndex = on ? 0 : -1;
      find(panelOf(tab)).hidden = !on;
    }
    history.replaceState(null, "", `#${panelOf(chosen)}`);
    shown(panelOf(chosen));
  };
  list.addEventListener("click", ({ target }) => {
    const tab = (target as Element).closest<HTMLButtonElement>('[role="tab"]');
    if (tab) choose(tab);
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const now = tabs.indexOf(document.activeElement as HTMLButtonElement);
    const next = tabs[(now + step + tabs.length) % tabs.length];
    next.focus();
    choose(next);
    event.preventDefault();
  });
  choose(tabs.find((tab) => `#${panelOf(tab)}` === location.hash) ?? tabs[0]);
  return (panel) => choose(tabs.find((tab) => panelOf(tab) === panel)!);
}
