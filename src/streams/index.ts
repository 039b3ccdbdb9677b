/** Sources and sinks of frames. */

export { type AngleRange, type EyeFilmOptions, eyeAt } from '../renderer/eye-at.js';
export { frontOf } from '../renderer/front.js';
export { identityAt } from '../renderer/identity.js';
export type { Colour, EyeIdentity, EyeLight, EyeParameters } from '../renderer/parameters.js';
export { type EyePicture, renderEye } from '../renderer/render-eye.js';
export { type Camera, type CameraList, type ListCamerasOptions, listCameras } from './cameras.js';
export { type ProbeOptions, probeVideo, type VideoInfo } from './ffmpeg/probe.js';
export { type FromBrowserOptions, fromBrowser } from './from-browser.js';
export { type FromDemoOptions, fromDemo } from './from-demo.js';
export { type FromImagesOptions, fromImages } from './from-images.js';
export { type FromMnistOptions, fromMnist } from './from-mnist.js';
export { fromPairs } from './from-pairs.js';
export { type FromRendererOptions, fromRenderer } from './from-renderer.js';
export { type FromSnapshotsOptions, fromSnapshots } from './from-snapshots.js';
export { type FromVideoOptions, fromVideo } from './from-video.js';
export { type FromWebcamOptions, fromWebcam } from './from-webcam.js';
export type { Loss, RestartOptions } from './restart.js';
export { type FrameServer, openFrameServer } from './server/frame-server.js';
export type { Percentiles } from './server/measures.js';
export type { FrameServerOptions } from './server/options.js';
export {
  decodeMessage,
  encodeHeader,
  type FrameHeader,
  type FrameMessage,
  PROTOCOL_VERSION,
} from './server/protocol.js';
export type { OwnServerOptions } from './server/publish.js';
export type { CameraReceiver, CameraState, StreamCounts, ViewerState } from './server/state.js';
export type { FrameSize } from './size.js';
export { parseSource, type SourceSpec } from './source-spec.js';
export { type ToImagesOptions, toImages } from './to-images.js';
export { toMjpeg } from './to-mjpeg.js';
export { type ToVideoOptions, toVideo } from './to-video.js';
export { toWebSocket } from './to-websocket.js';
