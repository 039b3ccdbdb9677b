/** Detection of faces and pupils. */
export { createFaceDetector, type FaceDetector, type FaceDetectorOptions } from './detector/face-detector.js';
export { findPupil, type Pupil, type TrackedPupil, trackPupil } from './pupil/pupil.js';
