// What to do after a deployment, with the names of its resources and without a secret.

export function toKeyLines({ SERVICE_API_NAME: name, AZURE_RESOURCE_GROUP: group }) {
  return [
    'A key for the API (header x-functions-key):',
    `  az functionapp keys list --name ${name} --resource-group ${group} --query functionKeys.default --output tsv`,
  ];
}

export function toNextLines({ SERVICE_API_URI: url, KEY_VAULT_NAME: vault }) {
  return [
    'Try the whole way; triggers that take the example run:',
    `  npm run deploy:smoke -- ${url} --key <the key>`,
    `Secrets are in the vault ${vault}. Set one with azd env set, then azd provision.`,
    `  ${url}/health says what is wrong, if anything is.`,
  ];
}
