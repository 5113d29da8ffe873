import { type Check, verdict } from '../../check.ts';

export const check: Check = {
  id: 'clients-can-bring-a-metadata-document',
  title:
    'Client ID metadata documents are supported, because newer clients prefer them to registration',
  requirement: 'MCP 2025-11-25 authorization, client ID metadata documents',
  since: '2025-11-25',
  severity: 'warning',
  run: async (target) => {
    const { document } = await target.serverMetadata();
    const value = document.client_id_metadata_document_supported;
    return verdict(
      value === true,
      `client_id_metadata_document_supported: ${String(value ?? 'absent')}`,
      'true',
    );
  },
};
