/**
 * What a training leaves in its run folder besides the checkpoint: versions, milestones, grids of pictures. It goes on where these
 * cannot be written.
 */
import { messageOf } from '../errors.js';
import type { Training, TrainingBatch } from '../models/types.js';
import { forgetMilestones, isMilestone, writeMilestone } from '../runs/milestones.js';
import type { SampleGrids } from '../runs/sample-grids/sample-grids.js';
import { type Keeping, keepVersion, leaveLater } from '../runs/versions.js';

/** Tell it of every step and save; what went wrong since then comes from {@link failures}. */
export class KeptFiles {
  /** What the folder has of later steps was made again or is of a branch that a roll-back left. */
  private readonly start: number;
  private going = false;
  private left = false;
  private failed: string[] = [];

  constructor(
    private readonly run: string,
    private readonly training: Training,
    private readonly versions: Keeping,
    private readonly samples: SampleGrids,
  ) {
    this.start = training.step;
  }

  async beforeStep(batch: TrainingBatch): Promise<void> {
    if (this.going) return;
    this.going = true;
    await this.attempt(forgetMilestones(this.run, this.start));
    if (this.start === 0) await this.afterStep();
    await this.attempt(this.samples.begin(batch));
  }

  async afterStep(): Promise<void> {
    if (isMilestone(this.training.step)) await this.attempt(writeMilestone(this.run, this.training));
  }

  async beforeSave(): Promise<void> {
    if (!this.left) this.left = await this.attempt(leaveLater(this.run, this.start, this.versions));
  }

  async afterSave(): Promise<void> {
    await this.attempt(keepVersion(this.run, this.training.step, this.versions));
    await this.attempt(this.samples.write());
  }

  /** Each failure once. */
  failures(): readonly string[] {
    return this.failed.splice(0);
  }

  private attempt(work: Promise<void>): Promise<boolean> {
    return work.then(
      () => true,
      (error) => {
        this.failed.push(messageOf(error));
        return false;
      },
    );
  }
}
