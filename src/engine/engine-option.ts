/** The option that says which engine runs networks, for whatever opens one. */
import { oneOf } from '../options/kinds.js';
import { option } from '../options/option.js';

export const engineOption = option({
  is: oneOf('auto', 'onnx', 'tensorflow', 'reference'),
  default: 'auto',
  placeholder: 'name',
  help: 'How networks run: auto takes the fastest engine that works here.',
});
