import { type Check, failed, verdict } from '../../check.ts';

export const check: Check = {
  id: 'the-resource-covers-the-address',
  title:
    'The resource is on this host, and its path leads to the server, because the SDKs refuse any other',
  requirement: 'RFC 9728 §3.3; SDK v1 and v2, selectResourceURL',
  since: '2025-06-18',
  severity: 'error',
  run: async (target) => {
    const { document } = await target.resourceMetadata();
    const resource = String(document.resource);
    if (!URL.canParse(resource)) return failed(resource, 'an absolute URL');
    const { origin, pathname } = new URL(resource);
    const prefix = pathname.endsWith('/') ? pathname : `${pathname}/`;
    const covers = origin === target.url.origin && `${target.url.pathname}/`.startsWith(prefix);
    const hasOddSlash =
      pathname !== '/' && pathname.endsWith('/') && !target.url.pathname.endsWith('/');
    return verdict(covers && !hasOddSlash, resource, `${target.url.href} or a part of it`);
  },
};
