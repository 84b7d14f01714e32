import { Bytes } from "../memory/bytes";
import { NONE, Span } from "../memory/span";

/** What every row of one file shares. */
@unmanaged
export class LogFile {
  fileId: i32 = 0;
  /** Run that the rows belong to. */
  readonly runId: Bytes = new Bytes();
  private nodeName: Bytes = new Bytes();

  /** @param nodeName empty when the file's node is unknown */
  begin(fileId: i32, nodeName: Span): void {
    this.fileId = fileId;
    this.nodeName.clear();
    this.nodeName.text(nodeName);
  }

  /** Node that the file is from; NONE when it is unknown. */
  get node(): Span {
    return this.nodeName.size == 0 ? NONE : this.nodeName.written;
  }
}
