import type { ClaimStore } from '../../shared/heddle/adapters/azure/message-codec.ts';

export class MemoryBlobs implements ClaimStore {
  readonly blobs = new Map<string, Buffer>();

  async put(container: string, name: string, bytes: Buffer): Promise<void> {
    this.blobs.set(`${container}/${name}`, bytes);
  }

  async get(container: string, name: string): Promise<Buffer | undefined> {
    return this.blobs.get(`${container}/${name}`);
  }

  async delete(container: string, name: string): Promise<void> {
    this.blobs.delete(`${container}/${name}`);
  }
}
