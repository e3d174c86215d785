import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { Actor, defineActors } from '../../../shared/heddle/actors/actor.ts';
import { apiServer, orders } from './simulation.ts';

class FileProcessing extends Actor {
  static override readonly input = z.object({ filename: z.string(), directory: z.string() });

  async execute({ filename }: z.infer<typeof FileProcessing.input>) {
    console.log(`Validating file: ${filename}`);
    await wait(300);
    console.log(`File '${filename}' validated successfully`);
    console.log(`Processing 100 records from '${filename}'`);
    await wait(500);
    console.log(`Archived '${filename}'`);
    return { records: 100 };
  }
}

class QueueProcessing extends Actor {
  static override readonly input = z.object({ queue: z.string(), depth: z.number() });

  async execute({ queue, depth }: z.infer<typeof QueueProcessing.input>) {
    console.log(`Draining ${depth} messages of '${queue}'`);
    await wait(500);
    orders.depth = Math.max(0, orders.depth - depth);
    console.log(`Processed ${depth} messages of '${queue}'`);
    return { processed: depth };
  }
}

class ServiceRecovery extends Actor {
  static override readonly input = z.object({ service: z.string() });

  async execute({ service }: z.infer<typeof ServiceRecovery.input>) {
    console.log(`Diagnosing service: ${service}`);
    await wait(1000);
    console.log(`Restarting '${service}'`);
    await wait(2000);
    apiServer.isHealthy = true;
    console.log(`Service '${service}' has recovered`);
    return { recovered: true };
  }
}

export const actors = defineActors({
  file_processing_workflow: FileProcessing,
  queue_processing_workflow: QueueProcessing,
  service_recovery_workflow: ServiceRecovery,
});
