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

/** @param texts takes what the files hold */
async function ownBoards(texts: Set<string>): Promise<Board[]> {
  return Promise.all(Object.entries(files).map(async ([path, load]) => {
    const name = path.split("/").at(-1)!.replace(".json", "");
    const text = await load();
    texts.add(text.trim());
    return read(name, "", name, text);
  }));
}

export interface Boards {
  boards: Board[];
  /** What could not be looked for, in the server's words. */
  hidden: string;
  cut: boolean;
}

/** Those of the page and those of the cluster, but for the page's own that the add-on brings along. No file takes the place of another with its id. */
export async function allBoards(): Promise<Boards> {
  const ownTexts = new Set<string>();
  const own = await ownBoards(ownTexts);
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
      if (!file.endsWith(".json") || ownTexts.has(text.trim())) continue;
      const board = read(`${from}/${file}`, from, file, text);
      const id = boards.has(board.id) ? `${from}/${file}` : board.id;
      boards.set(id, { ...board, id });
    }
  }
  return { boards: [...boards.values()].sort((a, b) => a.title.localeCompare(b.title)), hidden, cut };
}
