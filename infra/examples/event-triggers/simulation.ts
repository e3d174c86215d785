/** Simulates the outside world: files arrive, orders come in, a service breaks down. */

export const inbox = { path: '/data/inbox', files: [] as string[] };
export const orders = { name: 'orders', depth: 0 };
export const apiServer = { name: 'api-server', isHealthy: true };

const FILE_EVERY = 4;
const BREAKDOWN_EVERY = 20;
const ORDERS_A_SECOND = 4;

/** @returns a function that stops the simulation */
export function startSimulation(): () => void {
  let second = 0;
  const timer = setInterval(() => {
    if (second % FILE_EVERY === 0) inbox.files.push(`data_file_${Date.now()}.csv`);
    if (second % BREAKDOWN_EVERY === 0) apiServer.isHealthy = false;
    orders.depth += ORDERS_A_SECOND;
    second++;
  }, 1000);
  return () => clearInterval(timer);
}
