/** The button that sends this browser's camera, and its status text. */
import { CameraSender, type CameraSenderState } from './camera.js';

export class CameraButton {
  readonly #sender = new CameraSender((state) => this.#show(state));
  #wanted = false;

  constructor(
    private readonly button: HTMLButtonElement,
    private readonly text: HTMLElement,
  ) {
    button.addEventListener('click', () => {
      if (this.#sender.on) this.#sender.stop();
      else void this.#sender.start();
    });
  }

  /** Whether the session takes a browser's camera; the button is disabled otherwise. */
  set wanted(wanted: boolean) {
    this.#wanted = wanted;
    this.#enable();
  }

  #show(state: CameraSenderState): void {
    this.text.textContent = describe(state);
    this.text.dataset.state = state.kind;
    this.button.setAttribute('aria-pressed', String(this.#sender.on));
    this.button.textContent = this.#sender.on ? 'Stop the camera' : 'Use this browser’s camera';
    this.#enable(state.kind === 'asking');
  }

  #enable(busy = false): void {
    this.button.disabled = busy || !(this.#wanted || this.#sender.on);
    this.button.title = this.#wanted ? '' : 'This session does not take a browser’s camera.';
  }
}

function describe(state: CameraSenderState): string {
  switch (state.kind) {
    case 'off':
      return '';
    case 'asking':
      return 'Asking for the camera…';
    case 'connecting':
      return 'Connecting the camera…';
    case 'waiting':
      return 'Camera connected, no picture requested';
    case 'sending':
      return `Camera ${state.width}×${state.height}, ${state.fps.toFixed(1)} fps sent`;
    case 'failed':
      return `No camera: ${state.why}`;
  }
}
