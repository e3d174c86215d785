import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createCustomKind } from '../../../shared/heddle/sources/custom/custom.ts';
import { createRequest, createSourceOf, readVectors, takeIn } from '../../helpers/sources.ts';

/**
 * Certificates of a test authority, base64 of DER, valid for ten years. All but `two`, which has
 * two common names, are for hooks.acme.example. `forged` is from another authority with the same
 * name and key id. `late` is from `old`, an authority that was valid for a day.
 */
const CERTIFICATES = {
  ca: 'MIIBmjCCAUGgAwIBAgIUeM0gkB+tPhJjty1A0j7T9poBv3gwCgYIKoZIzj0EAwIwIzENMAsGA1UECgwEQWNtZTESMBAGA1UEAwwJQWNtZSBSb290MB4XDTI2MTEyMTEwNDk1N1oXDTQ2MTExNjEwNDk1N1owIzENMAsGA1UECgwEQWNtZTESMBAGA1UEAwwJQWNtZSBSb290MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEwVl7+HFqHDh49ExW5BXkm0tpSs4pQplBSZyznxaKDsiyHCK6+wmCs5eLVZ+tL81ne2IeFcRC6MOTgFgwUKMJ2KNTMFEwHQYDVR0OBBYEFDjVIllE5H9aTcaECPtHBhZ7NrkQMB8GA1UdIwQYMBaAFDjVIllE5H9aTcaECPtHBhZ7NrkQMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgI8zX4GPk0wozl1eIbW+BGeeM1FfKRQWJkJBhMPFfdc0CIFoX7PThuW5VnCBpJC9rO+UdF5dNL4/2OrZdid4uskNS',
  client:
    'MIIBszCCAVmgAwIBAgIUcHm9uN9Ixca47l2GkYRAN0Or7nkwCgYIKoZIzj0EAwIwIzENMAsGA1UECgwEQWNtZTESMBAGA1UEAwwJQWNtZSBSb290MB4XDTI2MTEyMTEwNDk1N1oXDTM2MTExODEwNDk1N1owLDENMAsGA1UECgwEQWNtZTEbMBkGA1UEAwwSaG9va3MuYWNtZS5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEwLTyyrb+TpxKPuWqX6EGjEtHlqk2jArL0QFIBauL3m2VtmBPdDUBU69pDHc/JdPQmrKkTTf3jzlN77DOC1yy+qNiMGAwCQYDVR0TBAIwADATBgNVHSUEDDAKBggrBgEFBQcDAjAdBgNVHQ4EFgQUoo1f/nZEYwH9cpZOaWW6ZD5LiTcwHwYDVR0jBBgwFoAUONUiWUTkf1pNxoQI+0cGFns2uRAwCgYIKoZIzj0EAwIDSAAwRQIgTDl5aXyq6APi/f2d39EHlo2veUzHbJUXI4aMwZgNb+oCIQCvxfGSc47teUvC/u4VelQTxRuDyMDwhZ7Age6ldGzfGA==',
  server:
    'MIIBsjCCAVmgAwIBAgIUcHm9uN9Ixca47l2GkYRAN0Or7nowCgYIKoZIzj0EAwIwIzENMAsGA1UECgwEQWNtZTESMBAGA1UEAwwJQWNtZSBSb290MB4XDTI2MTEyMTEwNDk1N1oXDTM2MTExODEwNDk1N1owLDENMAsGA1UECgwEQWNtZTEbMBkGA1UEAwwSaG9va3MuYWNtZS5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE07JtkOLUlejIdh5x25VIml97tO8GjaGNgh0c0f+cMVXLi4XOqyJSREoDFOcsqnQJasoqHCOOOLB81hbc2ktElKNiMGAwCQYDVR0TBAIwADATBgNVHSUEDDAKBggrBgEFBQcDATAdBgNVHQ4EFgQUaDeFQeOXovkdB8Kp8hBwt4l+dwQwHwYDVR0jBBgwFoAUONUiWUTkf1pNxoQI+0cGFns2uRAwCgYIKoZIzj0EAwIDRwAwRAIgehL2YHFsCT0R78vYEiek/IY7DXpeOtMLtRSIvs6OK2oCIGtDZY9QtVPMJ/FMxFsKeWSqa8z6L5jElYyhx/Dfth+9',
  plain:
    'MIIBnjCCAUSgAwIBAgIUcHm9uN9Ixca47l2GkYRAN0Or7nswCgYIKoZIzj0EAwIwIzENMAsGA1UECgwEQWNtZTESMBAGA1UEAwwJQWNtZSBSb290MB4XDTI2MTEyMTEwNDk1N1oXDTM2MTExODEwNDk1N1owLDENMAsGA1UECgwEQWNtZTEbMBkGA1UEAwwSaG9va3MuYWNtZS5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEllVzKveD6z5JZh118CE1E/O0BqTelUXA3yXEh6UvOanUrfR9JZGxKPuwSXhCzzdvQDCXGHKAsSJzDf/xWkIT/6NNMEswCQYDVR0TBAIwADAdBgNVHQ4EFgQU3MQvvzQbl4GJ4GFYL4/gCoEHTLIwHwYDVR0jBBgwFoAUONUiWUTkf1pNxoQI+0cGFns2uRAwCgYIKoZIzj0EAwIDSAAwRQIhAIILUTWG1U7FULauQrOjvopzzgCJOWypKWYRIujVVlfBAiASelALAYTrCz9/FLU0p7HKt3wzS4mDLCWDrLkhwt6K2w==',
  two: 'MIIBpzCCAUygAwIBAgIUcHm9uN9Ixca47l2GkYRAN0Or7nwwCgYIKoZIzj0EAwIwIzENMAsGA1UECgwEQWNtZTESMBAGA1UEAwwJQWNtZSBSb290MB4XDTI2MTEyMTEwNDk1N1oXDTM2MTExODEwNDk1N1owNDEVMBMGA1UEAwwMZXZpbC5leGFtcGxlMRswGQYDVQQDDBJob29rcy5hY21lLmV4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQMXcaNQd13ZqrNxyzqhjdlsABjcxdo8jKWp/Um/qTXH0k0imBucnum+v79TxjoencQL7sFdVrXzzQPcTYwJDujo00wSzAJBgNVHRMEAjAAMB0GA1UdDgQWBBQBwsDDGejFhp2AHymf9kV4fPi2GDAfBgNVHSMEGDAWgBQ41SJZROR/Wk3GhAj7RwYWeza5EDAKBggqhkjOPQQDAgNJADBGAiEAj5NNuoRCJTNytBSgbtvy4hx8xhxMKjc+7ujNRxMpegsCIQDGRJdJtQQ2xUdRdpDTd/rZfBKEAUddfLORb/VeUm11BQ==',
  forged:
    'MIIBszCCAVmgAwIBAgIUGOx8CxxGQO9XEx6UwxzvUxNmVywwCgYIKoZIzj0EAwIwIzENMAsGA1UECgwEQWNtZTESMBAGA1UEAwwJQWNtZSBSb290MB4XDTI2MTEyMTEwNTcwOFoXDTM2MTExODEwNTcwOFowLDENMAsGA1UECgwEQWNtZTEbMBkGA1UEAwwSaG9va3MuYWNtZS5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAELGyO6T9iQ1ngnUmKyAhGoP08Uo+NxGIlpJWoUtMe/vqZSxXBipR8hynI0kNXWHEZMwQisKZC4c0EMNDjaXEHJqNiMGAwCQYDVR0TBAIwADATBgNVHSUEDDAKBggrBgEFBQcDAjAdBgNVHQ4EFgQU7UDCpAwJmpsnV8w2AxLmj5tDFP4wHwYDVR0jBBgwFoAUONUiWUTkf1pNxoQI+0cGFns2uRAwCgYIKoZIzj0EAwIDSAAwRQIhAMF3xkWhICvonLPUtA/BeONL7if5lVHB3VQHUYJoeDvlAiBE+amGQPFBZP7sFuR5cx70J7cgsVQEe36QySi8lRIaZg==',
  old: 'MIIBmTCCAT+gAwIBAgIUX9eVgR7NZ1SxmZn7tu5uZZBHHjowCgYIKoZIzj0EAwIwIjENMAsGA1UECgwEQWNtZTERMA8GA1UEAwwIT2xkIFJvb3QwHhcNMjYxMTIxMTA1NzA4WhcNMjYxMTIyMTA1NzA4WjAiMQ0wCwYDVQQKDARBY21lMREwDwYDVQQDDAhPbGQgUm9vdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABDHroAArDaZoWTNlDPosctyYXp2tD0kyhJjphB7UnkxqZbv38cHwxc/QxqeaFMQVGXD7adommHC1Rj38HlljE6qjUzBRMB0GA1UdDgQWBBTIfgkJps/rgFszVmOwDQjQ4qebvTAfBgNVHSMEGDAWgBTIfgkJps/rgFszVmOwDQjQ4qebvTAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQCuA4S7sSMJz3kTmRZe7PUncfSKfj1tysa2X6VUA6skXwIgGQEYZw/6p/ofLT/9Cft1mDkzSDZdDqDjV+WCLA8+yVI=',
  late: 'MIIBsjCCAVigAwIBAgIUFIB++vdG7d3o+hBhj2gBh3b9ZsYwCgYIKoZIzj0EAwIwIjENMAsGA1UECgwEQWNtZTERMA8GA1UEAwwIT2xkIFJvb3QwHhcNMjYxMTIxMTA1NzA4WhcNMzYxMTE4MTA1NzA4WjAsMQ0wCwYDVQQKDARBY21lMRswGQYDVQQDDBJob29rcy5hY21lLmV4YW1wbGUwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARedXJ6JEFEaBihBC13/B78IgBQKw1BBicZM9xLAsRidoFRf6tK77OCkSfNbOrUXJ/tnvFpuvYO9n6NloQSuuuro2IwYDAJBgNVHRMEAjAAMBMGA1UdJQQMMAoGCCsGAQUFBwMCMB0GA1UdDgQWBBSSbniBq6n6u5GQBKJJdECqJ6xklTAfBgNVHSMEGDAWgBTIfgkJps/rgFszVmOwDQjQ4qebvTAKBggqhkjOPQQDAgNIADBFAiBqKkx516IUAdnEn0foizzIRo471CrIkEc/xTDN5++47QIhANJDoNPqQ3YGl9TvraZrXMBLDeewEhdSJJGfuRnf0rUc',
};

const CA = new X509Certificate(Buffer.from(CERTIFICATES.ca, 'base64')).toString();
const NOW = Date.parse(new X509Certificate(CA).validFrom) + 86_400_000;
const YEARS = 365 * 86_400_000;
const CN = 'hooks.acme.example';

const toThumbprint = (base64: string) =>
  new X509Certificate(Buffer.from(base64, 'base64')).fingerprint256;

async function present(options: object, certificate: string, receivedAt = NOW): Promise<number> {
  const auth = { kind: 'mtls', ...options };
  const source = createSourceOf(createCustomKind({}), { settings: { auth } });
  const headers = { 'x-arr-clientcert': certificate, 'content-type': 'application/json' };
  return (await takeIn(source, createRequest({ headers, body: '{}', receivedAt }))).status;
}

describe('a client certificate', () => {
  it.each([
    ['that the authority issued for clients is taken', { ca: CA }, 'client', 202],
    ['that it issued for anything is taken', { ca: CA }, 'plain', 202],
    ['that it issued for servers is refused', { ca: CA }, 'server', 403],
    ['of another authority of the same name is refused', { ca: CA }, 'forged', 403],
    ['with the subject is taken', { ca: CA, allowedSubject: CN }, 'client', 202],
    ['with another subject is refused', { ca: CA, allowedSubject: 'acme.example' }, 'client', 403],
    ['with the subject beside another is refused', { ca: CA, allowedSubject: CN }, 'two', 403],
  ] as const)('%s', async (_, options, name, status) => {
    expect(await present(options, CERTIFICATES[name])).toBe(status);
  });

  it('with a configured thumbprint is taken, however that is written', async () => {
    const thumbprint = toThumbprint(CERTIFICATES.forged);
    for (const text of [thumbprint, thumbprint.replaceAll(':', '').toLowerCase()]) {
      expect(await present({ allowedThumbprints: [text] }, CERTIFICATES.forged)).toBe(202);
      expect(await present({ allowedThumbprints: [text] }, CERTIFICATES.client)).toBe(403);
      const both = { allowedThumbprints: [text], allowedSubject: 'acme.example' };
      expect(await present(both, CERTIFICATES.forged)).toBe(403);
    }
  });

  it('is refused after the time of its authority', async () => {
    const ca = new X509Certificate(Buffer.from(CERTIFICATES.old, 'base64'));
    const issued = Date.parse(
      new X509Certificate(Buffer.from(CERTIFICATES.late, 'base64')).validFrom,
    );
    const options = { ca: ca.toString() };
    expect(await present(options, CERTIFICATES.late, issued + 1000)).toBe(202);
    expect(await present(options, CERTIFICATES.late, issued + 2 * 86_400_000)).toBe(403);
  });

  it('is refused before and after its time', async () => {
    const options = { ca: CA, allowedThumbprints: [toThumbprint(CERTIFICATES.client)] };
    expect(await present(options, CERTIFICATES.client, NOW)).toBe(202);
    expect(await present(options, CERTIFICATES.client, NOW - 2 * 86_400_000)).toBe(403);
    expect(await present(options, CERTIFICATES.client, NOW + 10.1 * YEARS)).toBe(403);
  });

  it.each([
    ['missing', ''],
    ['no base64', 'zz*'],
    ['no certificate', Buffer.from('hello').toString('base64')],
    [
      'followed by something',
      Buffer.concat([Buffer.from(CERTIFICATES.client, 'base64'), Buffer.from('x')]).toString(
        'base64',
      ),
    ],
    ['PEM', `-----BEGIN CERTIFICATE-----${CERTIFICATES.client}-----END CERTIFICATE-----`],
  ])('that is %s is refused', async (_, certificate) => {
    expect(await present({ ca: CA }, certificate)).toBe(403);
  });

  it('that the vectors have is refused by its subject alone, and taken by its thumbprint', async () => {
    const one = readVectors('generic.json').find(({ id }) => id === 'generic-49');
    const certificate = one?.headers['x-arr-clientcert'] ?? '';
    const now = (one?.now ?? 0) * 1000;
    const allowedThumbprints = [toThumbprint(certificate)];
    expect(await present({ allowedThumbprints }, certificate, now)).toBe(202);
    expect(await present({ ca: CA }, certificate, now)).toBe(403);
  });
});

describe('settings for client certificates', () => {
  const parse = (options: object) =>
    createCustomKind({}).settings.safeParse({ auth: { kind: 'mtls', ...options } }).success;

  it.each([
    ['nothing to prove a certificate with', {}],
    ['a subject alone', { allowedSubject: CN }],
    [
      'an authority that is none',
      { ca: new X509Certificate(Buffer.from(CERTIFICATES.client, 'base64')).toString() },
    ],
    ['a text that is no PEM', { ca: '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----' }],
    ['a file that is missing', { ca: 'no-such-file.pem' }],
    ['a SHA-1 thumbprint', { allowedThumbprints: ['a'.repeat(40)] }],
  ])('with %s are a fault', (_, options) => {
    expect(parse(options)).toBe(false);
    expect(parse({ ca: CA })).toBe(true);
  });
});
