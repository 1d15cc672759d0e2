/** The lists behind the panel's "From List", each searched and read page by page. */
export { searchCoupons } from './coupons.ts';
export { searchCustomers } from './customers.ts';
export { searchPrices } from './prices.ts';
export { searchProducts } from './products.ts';
export { searchSubscriptions, searchTrials } from './subscriptions.ts';
