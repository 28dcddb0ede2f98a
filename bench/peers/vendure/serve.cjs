// Serves until it is ended. Says `ready` when the shop answers.
const { bootstrap } = require('@vendure/core');
const { config } = require('./config.cjs');

bootstrap(config(false)).then(() => console.log('ready'), (error) => {
    console.error(error);
    process.exit(1);
});
