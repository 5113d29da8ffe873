/** Checks that no relay can break, and the test in which they fail. The test of the document looks there. */
export const otherwiseBroken: Readonly<Record<string, string>> = {
  'discovery-is-quick': 'a clock that lies',
  'the-first-byte-comes-soon': 'a clock that lies',
  'browsers-are-told-to-stay-on-https': 'a careless edge',
  'cookies-belong-to-this-host-alone': 'a careless edge',
  'old-tls-is-refused': 'a careless edge',
  'the-certificate-lasts-two-weeks-more': 'a careless edge',
  'plain-http-serves-nothing': 'a port that answers',
};
