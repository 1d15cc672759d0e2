/** How much of the product an account may use, from everything to nothing. */
export const ACCESS_LEVELS = ['full', 'grace', 'read_only', 'suspended', 'none'] as const;
export type AccessLevel = (typeof ACCESS_LEVELS)[number];
