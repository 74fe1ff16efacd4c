// Starts `meshlint lsp` and shows what it says. All logic is in the server.
const { workspace } = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

let client;

exports.activate = () => {
  const command = workspace.getConfiguration('meshlint').get('path');
  const server = { command, args: ['lsp', '--stdio'] };
  client = new LanguageClient('meshlint', 'meshlint', server, {
    documentSelector: [{ scheme: 'file', language: 'yaml' }],
    synchronize: { fileEvents: workspace.createFileSystemWatcher('**/{*.yaml,*.yml,*.json,.meshlintignore}') },
  });
  return client.start();
};

exports.deactivate = () => client?.stop();
