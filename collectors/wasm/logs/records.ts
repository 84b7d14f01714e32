import { record as handRecord, openTable, spill, tableOf } from "../host";
import { LogFile } from "./log_file";
import { stats } from "./log_stats";
import { LogTable } from "./log_table";
import { record } from "../formats/record";
import { Bytes } from "../memory/bytes";
import { equals } from "../memory/search";
import { NONE, sizeOf, Span, startOf, word } from "../memory/span";
import { UNKNOWN, WordTable } from "../memory/word_table";

/** How many records may pass before the size of the parts is looked at. */
const SPILL_EVERY: i32 = 4096;
const TABLES = StaticArray.fromArray<LogTable>([new LogTable(), new LogTable(), new LogTable(), new LogTable()]);
const CONTAINERD = word("containerd");

const file = new LogFile();
/** Whether records go to the program one by one, rather than into rows. */
let isViewed: bool = true;

/** Tables by the program of a record, of those that containerd carries and of all others. */
const carriedRoutes = new WordTable(9);
const routes = new WordTable(9);
const MOST_ROUTES: i32 = 256;
let routeCount = 0;
const UNNAMED = word("");

/** Records go to the program one by one from now on. */
export function viewRecords(): void {
  isViewed = true;
}

/** Records become rows from now on. @param nodeName empty when the file's node is unknown */
export function storeRecords(fileId: i32, nodeName: Span): void {
  isViewed = false;
  file.begin(fileId, nodeName);
}

/** Begins the rows of a run; no table has columns until records of it come. */
export function beginRun(runId: Span): void {
  file.runId.clear();
  file.runId.text(runId);
  for (let index = 0; index < TABLES.length; index++) tableAt(index).isOpen = false;
}

export function tableAt(index: i32): LogTable {
  return unchecked(TABLES[index]);
}

/** Takes the finished record. */
export function emitRecord(): void {
  if (isViewed) {
    handRecord();
    return;
  }
  const index = route(record.component == NONE ? UNNAMED : record.component, equals(record.via, CONTAINERD));
  const table = tableAt(index);
  if (!table.isOpen) openTable(index);
  table.append(file);
  stats.add();
  if (stats.recordCount % SPILL_EVERY == 0) spill();
}

/** The table that records of a program belong to. */
function route(component: Span, isCarried: bool): i32 {
  const known = isCarried ? carriedRoutes : routes;
  const table = known.get(component);
  return table == UNKNOWN ? findRoute(component, isCarried, known) : table;
}

function findRoute(component: Span, isCarried: bool, known: WordTable): i32 {
  const table = tableOf(startOf(component), sizeOf(component), isCarried);
  // A journal may name any number of programs, and what is remembered must not grow with it.
  if (routeCount++ < MOST_ROUTES) {
    const name = new Bytes();
    name.text(component);
    known.set(name.written, table);
  }
  return table;
}
