import type { Handlers } from "../call.ts";
import * as catalogue from "../dataset/catalogue.ts";

export const catalogueRoutes: Handlers = {
  // GET /providers
  listProviders: () => ({ providers: catalogue.providers }),

  // GET /regions
  listRegions: () => ({ regions: catalogue.regions }),

  // GET /server_sizes
  listServerSizes: () => ({ sizes: catalogue.sizes }),

  // GET /apps
  listAvailableApps: () => ({ apps: catalogue.apps }),

  // GET /packages
  listPackages: () => ({ packages: catalogue.packages }),

  // GET /settings
  listSettings: () => ({ settings: catalogue.settings }),

  // GET /backup-frequencies
  listBackupFrequencies: () => ({ frequencies: catalogue.backupFrequencies }),

  // GET /countries
  listCountries: () => ({ countries: catalogue.countries }),

  // GET /monitor_durations
  listMonitorDurations: () => ({ durations: catalogue.durations }),

  // GET /monitor_targets
  listMonitorTargets: () => ({ targets: catalogue.targets }),
};
