/** The option that selects the engine for networks. */
import { oneOf } from '../options/kinds.js';
import { option } from '../options/option.js';

export const engineOption = option({
  is: oneOf('auto', 'onnx', 'tensorflow', 'reference'),
  default: 'auto',
  placeholder: 'name',
  help: 'The engine that runs the networks. auto selects the fastest one that works on this machine.',
});
