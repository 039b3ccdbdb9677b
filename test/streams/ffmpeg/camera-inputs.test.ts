import { describe, expect, it } from 'vitest';
import { cameraInputs } from '../../../src/streams/ffmpeg/camera-inputs.js';

describe('cameraInputs', () => {
  const asked = { size: { width: 1280, height: 720 }, fps: 30 };

  it('gives the options of each platform', () => {
    expect(cameraInputs('/dev/video0', asked, 'linux').map((args) => args.join(' '))).toEqual([
      '-f v4l2 -input_format mjpeg -framerate 30 -video_size 1280x720 -i /dev/video0',
      '-f v4l2 -framerate 30 -video_size 1280x720 -i /dev/video0',
      '-f v4l2 -i /dev/video0',
    ]);
    expect(cameraInputs('Face Cam', asked, 'win32').map((args) => args.join(' '))).toEqual([
      '-f dshow -rtbufsize 64M -framerate 30 -video_size 1280x720 -i video=Face Cam',
      '-f dshow -rtbufsize 64M -i video=Face Cam',
    ]);
    expect(cameraInputs('0', asked, 'darwin')[0]?.join(' ')).toBe(
      '-f avfoundation -framerate 30 -video_size 1280x720 -i 0:none',
    );
    expect(cameraInputs('/dev/video0', {}, 'linux')).toEqual([['-f', 'v4l2', '-i', '/dev/video0']]);
  });
});
