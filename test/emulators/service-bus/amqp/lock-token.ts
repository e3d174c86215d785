/**
 * Converts lock tokens between their two forms: the delivery's tag, with the first three groups in
 * little-endian order as .NET writes a Guid, and an AMQP uuid in reading order, as management
 * requests use it.
 */
export function toTag(token: string): Buffer {
  return swapGroups(fromHex(token));
}

export function toLockToken(uuid: Buffer): string {
  const hex = uuid.toString('hex');
  return [8, 12, 16, 20].reduceRight((text, at) => `${text.slice(0, at)}-${text.slice(at)}`, hex);
}

function fromHex(token: string): Buffer {
  return Buffer.from(token.replaceAll('-', ''), 'hex');
}

function swapGroups(bytes: Buffer): Buffer {
  const swapped = Buffer.from(bytes);
  swapped.subarray(0, 4).reverse();
  swapped.subarray(4, 6).reverse();
  swapped.subarray(6, 8).reverse();
  return swapped;
}
