// Dashboards: those of the project, which come with the page, and those that ConfigMaps of the cluster hold.
import { ApiError, list } from "./api";
import { dashboardOf, type Dashboard } from "./grafana";
import type { Obj } from "./objects";

const files = import.meta.glob<string>("../../../../addons/charts/monitoring/dashboards/*.json", { query: "?raw", import: "default" });

export interface Board {
  /** In the page's address. */
  id: string;
  title: string;
  /** The ConfigMap that holds it; empty for the project's own. */
  from: string;
  board?: Dashboard;
  /** Why it is none. */
  fault: string;
}

const LIMIT = 200;
const MOST_CHARACTERS = 2 << 20;

function read(id: string, from: string, name: string, text: string): Board {
  try {
    if (text.length > MOST_CHARACTERS) throw new Error("it is larger than 2 MiB");
    const board = dashboardOf(text);
    return { id: board.uid || id, title: board.title, from, board, fault: "" };
  } catch (fault) {
    return { id, title: name, from, fault: (fault as Error).message };
  }
}

/** One of the project's own, by the name of its file. */
export async function ownBoard(name: string): Promise<Dashboard> {
  const [, load] = Object.entries(files).find(([path]) => path.endsWith(`/${name}.json`))!;
  return dashboardOf(await load());
}

async function ownBoards(): Promise<Board[]> {
  return Promise.all(Object.entries(files).map(async ([path, load]) => {
    const name = path.split("/").at(-1)!.replace(".json", "");
    return read(name, "", name, await load());
  }));
}

export interface Boards {
  boards: Board[];
  /** What could not be looked for, in the server's words. */
  hidden: string;
  cut: boolean;
}

/** The cluster's own come last; one of the cluster with the id of one that comes with the page stands in its place. */
export async function allBoards(): Promise<Boards> {
  const own = await ownBoards();
  let hidden = "";
  let found: Obj[] = [];
  let cut = false;
  try {
    const answer = await list<Obj>(`/api/v1/configmaps?${new URLSearchParams({ labelSelector: "grafana_dashboard=1", limit: String(LIMIT) })}`);
    found = answer.items;
    cut = Boolean(answer.metadata.continue);
  } catch (fault) {
    if ((fault as ApiError).code !== 403) throw fault;
    hidden = (fault as Error).message;
  }
  const boards = new Map(own.map((board) => [board.id, board]));
  for (const { metadata, data } of found) {
    const from = `${metadata.namespace}/${metadata.name}`;
    for (const [file, text] of Object.entries((data ?? {}) as Record<string, string>)) {
      if (!file.endsWith(".json")) continue;
      const board = read(`${from}/${file}`, from, file, text);
      // Of two with one id both are kept.
      const taken = boards.get(board.id);
      boards.set(taken?.from ? `${from}/${file}` : board.id, taken?.from ? { ...board, id: `${from}/${file}` } : board);
    }
  }
  return { boards: [...boards.values()].sort((a, b) => a.title.localeCompare(b.title)), hidden, cut };
}
