import { fire, type PollContext, Poller, skip } from '../../../shared/heddle/actors/poller.ts';
import { apiServer, inbox, orders } from './simulation.ts';

/** Finds new files in a directory, one per poll. */
export class FileWatcherTrigger extends Poller {
  override readonly name = 'file_watcher';
  override readonly pollInterval = '2s';
  /** Prevents two concurrent runs for the same file. */
  override readonly allowConcurrent = false;

  override async poll({ state = [] }: PollContext) {
    const seen = state as readonly string[];
    const filename = inbox.files.find((file) => !seen.includes(file));
    if (filename === undefined) return skip();
    console.log(`FileWatcherTrigger: Found new file '${filename}' in '${inbox.path}'`);
    return fire({ filename, directory: inbox.path }, { state: [...seen, filename] });
  }
}

const MAX_DEPTH = 10;

/** Fires while too many messages wait. */
export class QueueDepthTrigger extends Poller {
  override readonly name = 'queue_monitor';
  override readonly pollInterval = '3s';
  /** Allows several runs to drain the queue at once. */
  override readonly allowConcurrent = true;

  override async poll() {
    const { name, depth } = orders;
    if (depth <= MAX_DEPTH) return skip();
    console.log(`QueueDepthTrigger: Queue '${name}' depth ${depth} exceeds ${MAX_DEPTH}`);
    return fire({ queue: name, depth });
  }
}

const MAX_FAILURES = 3;

/** Fires when a service has failed three times in a row. */
export class HealthCheckTrigger extends Poller {
  override readonly name = 'service_health';
  override readonly pollInterval = '2s';
  /** Allows one recovery at a time: the context is the same for the same service. */
  override readonly allowConcurrent = false;

  override async poll({ state = 0 }: PollContext) {
    if (apiServer.isHealthy) return skip({ state: 0 });
    const failures = Number(state) + 1;
    console.log(`HealthCheckTrigger: '${apiServer.name}' failed ${failures} in a row`);
    if (failures < MAX_FAILURES) return skip({ state: failures });
    return fire({ service: apiServer.name }, { state: failures });
  }
}
