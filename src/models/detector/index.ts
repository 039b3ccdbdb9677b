export { createFaceDetector, type FaceDetectorOptions } from './face-detector.js';
