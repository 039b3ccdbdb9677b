/** Loads a tf.js graph model from disk as a program. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type GraphModel, loadGraphModelSync } from '@tensorflow/tfjs-converter';
import type { io, NamedTensorMap, Tensor } from '@tensorflow/tfjs-core';
import { IrisflowError, messageOf } from '../errors.js';
import { onBackend } from './backend.js';
import { cpuBackend, cpuBackendName } from './cpu.js';
import type { Program, TensorSpec, TensorType } from './types.js';

/** A graph model, ready for `engine.compile(model.program, { inputs: model.inputs })`. */
export interface GraphProgram {
  /** Runs the model; the weights are constants of the program. */
  readonly program: Program;
  /** Inputs by their names in the file. An extent that the file leaves open, such as the batch, is 1; compile with another if you need it. */
  readonly inputs: Readonly<Record<string, TensorSpec>>;
  /** Names of the outputs in the file. */
  readonly outputs: readonly string[];
  /** Frees the weights. Programs compiled by the onnx engine keep working, others do not. */
  dispose(): void;
}

/**
 * Loads a [tf.js graph model](https://www.tensorflow.org/js/guide/conversion). `jsonPath` is its `model.json`; the weight files
 * must be in the same folder. Models with control flow cannot be traced.
 *
 * @param nodes names of the nodes to return as outputs; only what they need is computed. Default: the outputs of the file.
 * @throws {IrisflowError} `MODEL` where the files are missing or are not a graph model, or have no such node.
 *
 * @example
 * import { loadGraphModel, openEngine } from 'irisflow/engine';
 *
 * const engine = await openEngine();
 * const model = await loadGraphModel('node_modules/@vladmandic/human/models/blazeface.json');
 * const detect = await engine.compile(model.program, { inputs: model.inputs, name: 'blazeface' });
 * console.log(model.inputs, Object.keys(await detect.run({ input: new Float32Array(256 * 256 * 3) })));
 */
export async function loadGraphModel(jsonPath: string, nodes?: readonly string[]): Promise<GraphProgram> {
  const { model, names } = await load(jsonPath);
  const missing = nodes?.find((name) => !names.has(name));
  if (missing !== undefined) {
    model.dispose();
    throw new IrisflowError('MODEL', `The tf.js graph model ${jsonPath} has no node ${missing}`);
  }
  const outputs = nodes ? [...nodes] : model.outputs.map(({ name }) => name);
  return {
    inputs: Object.fromEntries(
      model.inputs.map(({ name, shape = [], dtype }) => [
        name,
        { shape: shape.map((extent) => (extent > 0 ? extent : 1)), dtype: dtype as TensorType },
      ]),
    ),
    outputs,
    program: (inputs) => {
      const results = [model.execute(inputs as NamedTensorMap, outputs)].flat() as Tensor[];
      return { outputs: Object.fromEntries(results.map((result, i) => [outputs[i], result])) };
    },
    dispose: () => model.dispose(),
  };
}

interface Loaded {
  readonly model: GraphModel<io.IOHandlerSync>;
  /** Names of all nodes. */
  readonly names: ReadonlySet<string>;
}

async function load(jsonPath: string): Promise<Loaded> {
  try {
    const json = JSON.parse(await readFile(jsonPath, 'utf8')) as io.ModelJSON;
    const files = json.weightsManifest.flatMap(({ paths }) => paths);
    const parts = await Promise.all(files.map((file) => readFile(join(dirname(jsonPath), file))));
    const bytes = Buffer.concat(parts);
    const weights = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    cpuBackend();
    const { node } = json.modelTopology as { node: readonly { name: string }[] };
    const names = new Set(node.map(({ name }) => name));
    return { model: onBackend(cpuBackendName, () => loadGraphModelSync([json, weights])), names };
  } catch (cause) {
    throw new IrisflowError('MODEL', `Cannot load the tf.js graph model ${jsonPath}: ${messageOf(cause)}`, { cause });
  }
}
