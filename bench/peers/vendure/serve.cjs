// Serves until it is ended.
const { bootstrap } = require('@vendure/core');
const { config } = require('./config.cjs');

bootstrap(config(false)).catch((error) => {
    console.error(error);
    process.exit(1);
});
