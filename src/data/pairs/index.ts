/** Training pairs: a picture with an input derived from it, or with a target derived from its labels. */

export { blur } from './blur.js';
export { edges } from './edges.js';
export { faceMap } from './face-map.js';
export { gazeMap, gazePoint } from './gaze-map.js';
export { grey } from './grey.js';
export { mask } from './mask.js';
export * from './pair-kinds.js';
