#!/usr/bin/env node
/** The command `irisflow`: parses the arguments, runs a command and sets the exit code. */
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { addCheckpointsCommand } from './checkpoints.js';
import { addDoctorCommand } from './doctor.js';
import { addEvaluateCommand } from './evaluate.js';
import { exitCodeOf, Interrupted, listenForSignals, oneLine } from './exit.js';
import { addExperimentCommand } from './experiment.js';
import { addLiveCommand } from './live.js';
import { addRecipesCommand } from './recipes.js';
import { addRefineCommand } from './refine.js';
import { addReportCommand } from './report.js';
import { addSampleCommand } from './sample.js';
import { addTrainCommand } from './train.js';

const { version, description } = createRequire(import.meta.url)('irisflow/package.json');

// A terminal that knows no escapes gets text as a file does.
if (process.env.TERM === 'dumb') for (const stream of [process.stdout, process.stderr]) stream.isTTY = false;

const program = new Command('irisflow')
  .description(description)
  .version(version)
  .configureOutput({
    outputError: (message, write) => write(`irisflow: ${oneLine(message.replace(/^error: /, ''))}\n`),
  })
  .exitOverride();

const commands = [
  addLiveCommand,
  addTrainCommand,
  addRefineCommand,
  addSampleCommand,
  addRecipesCommand,
  addReportCommand,
  addEvaluateCommand,
  addCheckpointsCommand,
  addExperimentCommand,
  addDoctorCommand,
];
for (const add of commands) {
  add(program).exitOverride();
}

// Without a listener these errors would end the process before it has saved. `untilSignal` ends it in order.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

listenForSignals();
try {
  await program.parseAsync();
} catch (error) {
  const alreadyReported = error instanceof CommanderError || error instanceof Interrupted;
  if (!alreadyReported) process.stderr.write(`irisflow: ${oneLine(error)}\n`);
  process.exitCode = exitCodeOf(error);
}
// Native libraries and closed sockets may keep the process alive. All sessions are closed and saved by now.
process.exit();
