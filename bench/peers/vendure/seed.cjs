// Makes the tables and a shop: `node seed.cjs PRODUCTS`, each product with two pictures, one option and two variants.
const { Asset, bootstrap, ChannelService, FastImporterService, RequestContext, TaxCategory,
        TransactionalConnection } = require('@vendure/core');
const { populateInitialData } = require('@vendure/core/cli');
const { config } = require('./config.cjs');

const SHOP = {
    defaultLanguage: 'en', defaultZone: 'Europe', countries: [{ name: 'United Kingdom', code: 'GB', zone: 'Europe' }],
    taxRates: [{ name: 'Standard', percentage: 20 }], shippingMethods: [{ name: 'Standard', price: 500 }],
    paymentMethods: [{ name: 'Dummy', handler: { code: 'dummy-payment-handler',
                                                 arguments: [{ name: 'automaticSettle', value: 'true' }] } }],
    collections: [], roles: [],
};
const STOCK = 1_000_000;
const english = (fields) => [{ languageCode: 'en', ...fields }];

async function pictures(app) {
    const context = RequestContext.empty();
    const channel = await app.get(ChannelService).getDefaultChannel(context);
    const assets = app.get(TransactionalConnection).getRepository(context, Asset);
    const saved = [];
    for (let number = 0; number < 20; number++) {
        const address = `https://cdn.example.com/shirt-${number}.jpg`;
        saved.push(await assets.save(new Asset({
            name: `shirt-${number}`, type: 'IMAGE', mimeType: 'image/jpeg', width: 1600, height: 1600, fileSize: 250_000,
            source: address, preview: address, channels: [channel],
        })));
    }
    return saved.map((asset) => asset.id);
}

async function product(importer, number, assets, taxCategoryId) {
    const pair = [assets[number % 20], assets[(number + 1) % 20]];
    const productId = await importer.createProduct({
        enabled: true, featuredAssetId: pair[0], assetIds: pair, translations: english({
            name: `Personalized T-shirt ${number}`, slug: `personalized-t-shirt-${number}`,
            description: 'A T-shirt of organic cotton, printed to order with a name, a date or a photo of yours.' }) });
    const groupId = await importer.createProductOptionGroup({
        code: `size-${number}`, translations: english({ name: 'Size' }) });
    await importer.addOptionGroupToProduct(productId, groupId);
    for (const size of ['M', 'L']) {
        const optionId = await importer.createProductOption({
            productOptionGroupId: groupId, code: `size-${number}-${size}`, translations: english({ name: size }) });
        await importer.createProductVariant({
            productId, sku: `SHIRT-${number}-${size}`, price: 2490, optionIds: [optionId], taxCategoryId,
            stockOnHand: STOCK, trackInventory: 'TRUE',
            translations: english({ name: `Personalized T-shirt ${number} ${size}` }) });
    }
}

async function seed(count) {
    const app = await bootstrap(config(true));
    await populateInitialData(app, SHOP);
    const importer = app.get(FastImporterService);
    await importer.initialize();
    const [tax] = await app.get(TransactionalConnection).getRepository(RequestContext.empty(), TaxCategory).find();
    const assets = await pictures(app);
    let next = 1;
    const some = async () => {
        while (next <= count) {
            if (next % 100 === 0) console.log(`${next} products`);
            await product(importer, next++, assets, tax.id);
        }
    };
    await Promise.all([some(), some(), some(), some()]);  // Node and PostgreSQL then work at once
    await app.close();
    process.exit(0);
}

seed(Number(process.argv[2])).catch((error) => {
    console.error(error);
    process.exit(1);
});
