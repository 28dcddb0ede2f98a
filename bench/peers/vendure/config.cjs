// The shop as its makers advise for production, on the database that DATABASE and SOCKET name.
const { DefaultJobQueuePlugin, DefaultSearchPlugin, DefaultLogger, LogLevel, dummyPaymentHandler } = require('@vendure/core');

// Pictures are rows with an address: nothing is stored, and without `toAbsoluteUrl` they are answered as they are.
class Nowhere {
    writeFileFromStream() { return Promise.reject(new Error('nothing is uploaded here')); }
    writeFileFromBuffer() { return this.writeFileFromStream(); }
    readFileToBuffer() { return this.writeFileFromStream(); }
    readFileToStream() { return this.writeFileFromStream(); }
    deleteFile() { return this.writeFileFromStream(); }
    fileExists() { return Promise.resolve(false); }
}

exports.config = (synchronize) => ({
    apiOptions: { hostname: '127.0.0.1', port: Number(process.env.PORT) },
    // Production mode refuses the default password and cookie secret.
    authOptions: {
        tokenMethod: ['bearer', 'cookie'],
        superadminCredentials: { identifier: 'bench', password: 'bench-bench' },
        cookieOptions: { secret: 'a bench on loopback' },
    },
    dbConnectionOptions: {
        type: 'postgres', host: process.env.SOCKET, database: process.env.DATABASE, username: 'monogram',
        synchronize, poolSize: 8, logging: false,
    },
    assetOptions: { assetStorageStrategy: new Nowhere() },
    paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
    logger: new DefaultLogger({ level: LogLevel.Warn }),
    plugins: [DefaultJobQueuePlugin, DefaultSearchPlugin.init({ indexStockStatus: false })],
});
