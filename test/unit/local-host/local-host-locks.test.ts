import { describe, expect, it, onTestFinished } from 'vitest';
import { renewLock } from '../../../infra/local/service-bus/lock-renewal.ts';
import { holdLease } from '../../../infra/local/storage-queue/message-lease.ts';

/** A lock of this many milliseconds that counts its renewals. */
function createLock(lockMs: number) {
  const failures: unknown[] = [];
  let lockedUntil = new Date(Date.now() + lockMs);
  const lock = {
    renewals: 0,
    failures,
    fault: undefined as unknown,
    lockedUntil: () => lockedUntil,
    async renew() {
      if (lock.fault) throw lock.fault;
      lock.renewals++;
      lockedUntil = new Date(Date.now() + lockMs);
    },
    onFailure: (error: unknown) => void failures.push(error),
  };
  return lock;
}

describe('a lock', () => {
  it('is renewed again and again until it is stopped', async () => {
    const lock = createLock(200);
    const renewal = renewLock(lock, 60_000);
    await expect.poll(() => lock.renewals).toBeGreaterThan(2);
    expect(lock.lockedUntil().getTime()).toBeGreaterThan(Date.now());
    renewal.stop();
    const { renewals } = lock;
    const later = createLock(200);
    const other = renewLock(later, 60_000);
    await expect.poll(() => later.renewals).toBeGreaterThan(2);
    other.stop();
    expect(lock.renewals).toBe(renewals);
  });

  it('is renewed no longer than allowed, unless it starts again', async () => {
    const lock = createLock(200);
    const renewal = renewLock(lock, 150);
    onTestFinished(() => renewal.stop());
    await expect.poll(() => lock.lockedUntil().getTime() < Date.now()).toBe(true);
    expect(lock.renewals).toBe(1);
    renewal.restart();
    await expect.poll(() => lock.renewals).toBe(2);
  });

  it('that is lost is reported once, one that could not be reached is tried again', async () => {
    const lost = createLock(200);
    lost.fault = Object.assign(new Error('lost'), { retryable: false });
    const unreachable = createLock(200);
    unreachable.fault = Object.assign(new Error('unreachable'), { retryable: true });
    const renewals = [renewLock(lost, 60_000), renewLock(unreachable, 60_000)];
    onTestFinished(() => {
      for (const renewal of renewals) renewal.stop();
    });
    await expect.poll(() => unreachable.failures.length).toBeGreaterThan(2);
    expect(lost.failures).toEqual([lost.fault]);
    unreachable.fault = undefined;
    await expect.poll(() => unreachable.renewals).toBeGreaterThan(0);
  });
});

describe('a hidden message', () => {
  const message = { messageId: 'id', popReceipt: 'receipt-0' };

  it('is hidden longer at half its time, with the receipt of the time before', async () => {
    const receipts: string[] = [];
    const lease = holdLease(message, {
      leaseMs: 100,
      renew: async ({ popReceipt }) => {
        receipts.push(popReceipt);
        return `receipt-${receipts.length}`;
      },
      onFailure: () => {},
    });
    await expect.poll(() => receipts.length).toBeGreaterThan(2);
    const { popReceipt } = await lease.end();
    expect(receipts.slice(0, 3)).toEqual(['receipt-0', 'receipt-1', 'receipt-2']);
    expect(popReceipt).toBe(`receipt-${receipts.length}`);
  });

  it('waits for the renewal under way, whose receipt is the valid one', async () => {
    const answer = Promise.withResolvers<string>();
    const isAsked = Promise.withResolvers<void>();
    const renew = () => {
      isAsked.resolve();
      return answer.promise;
    };
    const lease = holdLease(message, { leaseMs: 10, renew, onFailure: () => {} });
    await isAsked.promise;
    const ended = lease.end();
    answer.resolve('late');
    expect(await ended).toEqual({ messageId: 'id', popReceipt: 'late' });
  });

  it('that someone else has is let go, after other faults it is hidden again', async () => {
    const hold = (statusCode: number) => {
      const failures: unknown[] = [];
      const renew = () => Promise.reject(Object.assign(new Error('refused'), { statusCode }));
      const onFailure = (error: unknown) => void failures.push(error);
      return { failures, lease: holdLease(message, { leaseMs: 40, renew, onFailure }) };
    };
    const [lost, unreachable] = [hold(404), hold(503)];
    await expect.poll(() => unreachable.failures.length).toBeGreaterThan(2);
    expect(lost.failures).toHaveLength(1);
    expect(await unreachable.lease.end()).toEqual(message);
    expect(await lost.lease.end()).toEqual(message);
  });
});
