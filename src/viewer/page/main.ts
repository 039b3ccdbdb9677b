/** The entry of the viewer page, which connects its parts. */
import { CameraButton } from './camera-button.js';
import { Charts } from './charts.js';
import { type ConnectionState, connect } from './connection.js';
import { Curves } from './curves.js';
import { enter } from './enter.js';
import { noticeFor, showLearning, showNumbers } from './numbers.js';
import { Panes } from './pane.js';
import { loadHistory, pollStatus, type Status } from './status.js';

await enter();

const panes = new Panes(byId('panes'), byId('pane') as HTMLTemplateElement);
const charts = new Charts(byId);
const curves = new Curves();
const camera = new CameraButton(byId('camera') as HTMLButtonElement, byId('camera-state'));

connect({
  state: showConnection,
  streams: (names) => panes.show(names),
  frame: (header, jpeg) => panes.draw(header, jpeg),
});

let lastStatus: Status | undefined;
charts.show(curves);
setInterval(() => panes.refresh(lastStatus?.streams ?? {}), 500);

void pollStatus(async (status) => {
  const restarted = status && (lastStatus?.uptime === undefined || (status.uptime ?? 0) < lastStatus.uptime);
  if (restarted) curves.replace(await loadHistory());
  if (status) lastStatus = status;
  const { training } = status ?? {};
  if (training?.step && training.losses) curves.add({ ...training, step: training.step, losses: training.losses });
  camera.wanted = lastStatus?.cameras?.wanted ?? false;
  showNumbers(byId('numbers'), status);
  showNotice(noticeFor(status));
  showLearning(byId('learning'), lastStatus?.training);
  charts.show(curves);
});

function showConnection(state: ConnectionState): void {
  const element = byId('connection');
  element.dataset.state = state.kind;
  element.textContent =
    state.kind === 'open'
      ? 'Live'
      : state.kind === 'connecting'
        ? 'Connecting…'
        : `Connection lost (${state.why}): trying again in ${Math.ceil(state.retryInMs / 1000)} s`;
}

function showNotice(text: string | undefined): void {
  const element = byId('notice');
  element.hidden = text === undefined;
  // The text is set only when it changes, because screen readers read every change aloud.
  if (text !== undefined && element.textContent !== text) element.textContent = text;
}

function byId(id: string): HTMLElement {
  return document.getElementById(id) as HTMLElement;
}
