/** Made-up machines for `./run`: real tools, and programs that only tell how they were called. */

export const REPOSITORY = new URL("../../", import.meta.url);

export interface Machine {
  /** Version of the Deno on the PATH. */
  deno?: string;
  npm?: boolean;
  /** Whether there is a WebGPU adapter from the start. */
  adapter?: boolean;
  root?: boolean;
  /** Whether Chromium is there. */
  browser?: boolean;
  /** How often apt-get is busy with something else. */
  aptBusy?: number;
}

export interface Ended {
  code: number;
  out: string;
  error: string;
}

/** The tools of POSIX that the script may use, and two that are everywhere. */
const TOOLS = ["awk", "cp", "dirname", "find", "mkdir", "mv", "rm", "sh", "touch"];
const OTHER_TOOLS = ["mktemp", "readlink"];

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Starts the script; `env` is added to what a start needs, or replaces it. */
export type Start = (args: readonly string[], env?: Record<string, string>) => Promise<Ended>;

/** Runs `body` with a folder that holds a copy of the script, and removes it afterwards. */
export async function onMachine<T>(
  { deno, npm, adapter, root, browser = true, aptBusy = 0 }: Machine,
  body: (folder: string, start: Start) => Promise<T>,
): Promise<T> {
  const folder = await Deno.makeTempDir();
  const program = (name: string, script: string) =>
    Deno.writeTextFile(`${folder}/${name}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const fakeDeno = (version: string) =>
    `case $1 in --version) echo "deno ${version} (stable)" ;; eval) test -e adapter ;;
     *) if [ "\${GALAXIES_GRANTS:-}" ]; then echo "--allow-read=/named by/$GALAXIES_GRANTS *"
        else echo "deno ${version}:"; printf '<%s>' "$@"; echo
          echo "backend $DENO_WEBGPU_BACKEND, caller $INIT_CWD"
          echo "runtime $XDG_RUNTIME_DIR"; echo "called $GALAXIES_CALLED"
          echo "no colour $NO_COLOR"; fi ;; esac`;
  try {
    await Deno.mkdir(`${folder}/bin`);
    for (const tool of [...TOOLS, ...OTHER_TOOLS]) {
      await program(`bin/${tool}`, `PATH=/usr/bin:/bin exec ${tool} "$@"`);
    }
    await program("bin/uname", "echo Linux");
    await program("bin/id", `echo ${root ? 0 : 1000}`);
    await program("bin/sleep", 'echo "sleep $*" >&2');
    await Deno.writeTextFile(`${folder}/busy`, "x\n".repeat(aptBusy));
    await program(
      "bin/apt-get",
      `echo "apt-get $*" >&2
       case $* in *update*) ;; *)
         if read -r _ < busy; then awk 'NR > 1' busy > busy.less; mv busy.less busy; exit 100; fi
         touch adapter ;; esac`,
    );
    await program("newest", fakeDeno("2.9.6"));
    if (deno) await program("bin/deno", fakeDeno(deno));
    if (npm) {
      // As the real one: files appear one by one, and take their time.
      await program(
        "bin/npm",
        `echo "npm $*"; package=$3/node_modules/@deno/x; mkdir -p $package; : > $package/deno
         PATH=/usr/bin:/bin; sleep 0.3; cp newest $package/deno; chmod 755 $package/deno`,
      );
    }
    if (browser) await program("bin/chromium", "exit 1");
    if (adapter) await Deno.writeTextFile(`${folder}/adapter`, "");
    await Deno.mkdir(`${folder}/lib/browser`, { recursive: true });
    for (const file of ["run", "deno.json", "lib/browser/chromium.sh"]) {
      await Deno.copyFile(new URL(file, REPOSITORY), `${folder}/${file}`);
    }
    return await body(folder, async (args, env = {}) => {
      const { code, stdout, stderr } = await new Deno.Command(`${folder}/run`, {
        args: [...args],
        clearEnv: true,
        env: { PATH: `${folder}/bin`, HOME: folder, XDG_RUNTIME_DIR: "/private", ...env },
      }).output();
      return { code, out: text(stdout), error: text(stderr) };
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** One start on a machine. */
export function run(args: string[], machine: Machine = {}): Promise<Ended> {
  return onMachine(machine, (_, start) => start(args));
}

/**
 * The real script with the Deno that runs the tests, from a folder of the caller's choice.
 * @param program the path it is called by; the script itself by default
 */
export async function runReal(
  cwd: string,
  args: readonly string[],
  program = decodeURIComponent(new URL("run", REPOSITORY).pathname),
): Promise<Ended> {
  const folder = Deno.execPath().replace(/\/[^/]*$/, "");
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    cwd,
    env: { PATH: `${folder}:${Deno.env.get("PATH")}`, NO_COLOR: "1" },
    stdin: "null",
  }).output();
  return { code, out: text(stdout), error: text(stderr) };
}
