/** The reports of a run in bounded memory, evenly thinned as they grow, for charts. */
import type { StepReport } from '../models/types.js';

export class ReportHistory {
  private kept: StepReport[] = [];
  private every = 1;
  private seen = 0;
  private heldOut: StepReport['heldOut'];

  constructor(private readonly most = 2000) {}

  /** Measurements on held-out pictures are rare: each report is kept with the newest, so that thinning loses none. */
  add(report: StepReport): void {
    this.heldOut = report.heldOut ?? this.heldOut;
    if (this.seen++ % this.every !== 0) return;
    this.kept.push(this.heldOut ? { ...report, heldOut: this.heldOut } : report);
    if (this.kept.length < this.most) return;
    this.kept = this.kept.filter((_, index) => index % 2 === 0);
    this.every *= 2;
  }

  /** Forgets the reports after `step`: they are made again. */
  rewind(step: number): void {
    this.kept = this.kept.filter((report) => report.step <= step);
    this.seen = this.kept.length * this.every;
  }

  get reports(): readonly StepReport[] {
    return this.kept;
  }
}
