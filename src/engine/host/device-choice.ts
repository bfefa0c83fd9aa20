// What computes, as a person or a command chooses it.

export const DEVICE_CHOICES = ["auto", "webgpu", "cpu"] as const;

/** auto: a graphics card where there is one, else the processor. */
export type DeviceChoice = (typeof DEVICE_CHOICES)[number];

export const isDeviceChoice = (name: string | null | undefined): name is DeviceChoice =>
  DEVICE_CHOICES.some((one) => one === name);
