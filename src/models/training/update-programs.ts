/** Turns the updates of a definition into programs with an optimiser step, safeguards, running statistics and averaged weights. */
import * as tf from '@tensorflow/tfjs-core';
import { within } from '../../engine/tensor-record.js';
import type { Program, TensorRecord, Tensors } from '../../engine/types.js';
import { IrisflowError } from '../../errors.js';
import { randomAt } from '../../random.js';
import { accuracyOf } from '../losses/adversarial.js';
import { spectrallyNormalised } from '../networks/spectral-norm.js';
import type { AdversarialConfig } from '../options/common.js';
import { classifierShare } from '../safeguards/two-sample-classifier.js';
import { applyWith, type Networks } from './apply.js';
import {
  HELD_OUT,
  networkNames,
  type Role,
  type TrainingDefinition,
  type Update,
  type UpdateInputs,
} from './definition.js';
import { averaged, descend, keptStatistics, networkState } from './descent.js';
import { JOINT, MEASUREMENT } from './schedule.js';
import { flattened } from './update-outputs.js';

/** A program and its inputs. */
export interface UpdateProgram {
  readonly program: Program;
  readonly inputs: UpdateInputs;
}

/** The networks of a definition. Discriminators are spectrally normalised where the option `spectralNorm` is set. */
export function networksIn(
  { networks }: TrainingDefinition,
  config: Pick<AdversarialConfig, 'spectralNorm'>,
): Networks {
  const entries = Object.entries(networks).map(([name, { role, network }]) => {
    return [name, role === 'discriminator' && config.spectralNorm ? spectrallyNormalised(network) : network] as const;
  });
  return Object.fromEntries(entries);
}

/** The state before the first step. */
export function initialState(definition: TrainingDefinition, config: AdversarialConfig): TensorRecord {
  const parts = Object.entries(networksIn(definition, config)).map(([name, network]) => {
    const { role } = definition.networks[name] as { role: Role };
    return networkState(name, role, network.init(randomAt(config.seed, 'weights', name)), config);
  });
  return Object.assign({}, ...parts);
}

/** The programs by the names of the updates. {@link JOINT} makes both adversarial updates, and {@link MEASUREMENT} measures. */
export function programsOf(definition: TrainingDefinition, config: AdversarialConfig): Record<string, UpdateProgram> {
  const { updates, schedule, heldOut } = definition;
  checkNames(definition);
  const programs = Object.fromEntries(
    Object.entries(updates).map(([name, update]) => [name, updateProgram(update, definition, config)]),
  );
  const [first, second] = [programs[schedule.generator], programs[schedule.discriminator]] as [
    UpdateProgram,
    UpdateProgram,
  ];
  const joint: Program = (inputs, state) => {
    const [ofG, ofD] = [first.program(inputs, state), second.program(inputs, state)];
    return { outputs: { ...ofG.outputs, ...ofD.outputs }, state: { ...ofG.state, ...ofD.state } };
  };
  return {
    ...programs,
    [JOINT]: { program: joint, inputs: { ...first.inputs, ...second.inputs } },
    [MEASUREMENT]: { program: measurement(definition, config), inputs: heldOut.inputs(HELD_OUT) },
  };
}

/** Throws `USAGE` where the schedule names an unknown update, or an update names an unknown network. */
function checkNames({ networks, updates, schedule }: TrainingDefinition): void {
  const { pretraining = [], generator, discriminator } = schedule;
  const scheduled = [generator, discriminator, ...pretraining.map(({ update }) => update)];
  const learning = Object.values(updates).flatMap((update) => update.networks);
  for (const [what, names, known] of [
    ['update', scheduled, Object.keys(updates)],
    ['network', learning, Object.keys(networks)],
  ] as const) {
    const wrong = names.find((name) => !known.includes(name));
    if (wrong === undefined) continue;
    throw new IrisflowError('USAGE', `the definition has no ${what} ${wrong}; it has ${known.join(', ')}`);
  }
}

function updateProgram(update: Update, definition: TrainingDefinition, config: AdversarialConfig): UpdateProgram {
  const networks = networksIn(definition, config);
  const roles = Object.fromEntries(update.networks.map((name) => [name, definition.networks[name]?.role as Role]));
  const share = classifierShare(config);
  const program: Program = (inputs, state) => {
    const descent = descend(update.name, roles, state, config, (weights) => {
      return update.loss(applyWith(networks, state, 'training', { weights }), inputs).loss;
    });
    // The same computation outside the gradient gives the reports, the statistics and the pictures.
    const statistics: Record<string, Tensors> = {};
    const result = update.loss(applyWith(networks, state, 'training', { statistics }), inputs);
    const { losses, metrics = {}, measures = {}, images = {}, buffers = {} } = result;
    const next: Tensors = { ...descent.state };
    for (const [name, role] of Object.entries(roles)) {
      if (role === 'generator') {
        Object.assign(next, averaged(name, state, descent.state, descent.accepted, config.emaDecay));
      }
      Object.assign(next, keptStatistics(name, statistics[name] ?? {}, descent.accepted, state));
    }
    const outputs = flattened({
      losses: { [update.name]: descent.loss, ...losses },
      metrics,
      measures,
      gradientNorms: { [update.name]: descent.gradientNorm },
      accepted: { [update.name]: descent.accepted },
      images: share === 0 ? {} : mapped(images, (pictures) => tf.slice(pictures, 0, share)),
      buffers,
    });
    return { outputs, state: next };
  };
  return { program, inputs: update.inputs };
}

function measurement(definition: TrainingDefinition, config: AdversarialConfig): Program {
  const networks = networksIn(definition, config);
  return (inputs, state) => {
    const weights: Tensors = {};
    for (const generator of config.emaDecay > 0 ? networkNames(definition, 'generator') : []) {
      for (const [name, value] of Object.entries(within(`${generator}/average/`, state))) {
        weights[`${generator}/weights/${name}`] = value;
      }
    }
    const apply = applyWith(networks, state, 'inference', { weights });
    const { generated, ofGenerated, ofReal, control, measures = {} } = definition.heldOut.measure(apply, inputs);
    return {
      outputs: flattened({
        metrics: { accuracyReal: accuracyOf(ofReal, 'real'), accuracyRefined: accuracyOf(ofGenerated, 'refined') },
        measures,
        images: { generated, ...(control && { control }) },
      }),
    };
  };
}

function mapped(images: Readonly<Record<string, tf.Tensor4D>>, change: (pictures: tf.Tensor4D) => tf.Tensor4D) {
  return Object.fromEntries(Object.entries(images).map(([name, pictures]) => [name, change(pictures)]));
}
