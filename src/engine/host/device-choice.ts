// What computes, as a person or a command chooses it.

export const DEVICE_CHOICES = ["auto", "webgpu", "cpu"] as const;

/** auto: a graphics card where there is one, else the processor. */
export type DeviceChoice = (typeof DEVICE_CHOICES)[number];

export const isDeviceChoice = (name: string | null | undefined): name is DeviceChoice =>
  DEVICE_CHOICES.some((one) => one === name);

/** Threads of the processor that compute: one core stays for whoever looks at the result. */
export const defaultThreads = (cores: number): number => Math.max(1, Math.min(8, cores - 1));
