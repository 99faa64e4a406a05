export const providers = [
  { id: "do", name: "DigitalOcean" },
  { id: "vultr", name: "Vultr" },
  { id: "linode", name: "Linode" },
  { id: "amazon", name: "Amazon Web Services" },
  { id: "gce", name: "Google Compute Engine" },
];

export const regions: Record<string, { id: string; name: string }[]> = {
  do: [
    { id: "lon1", name: "London" },
    { id: "fra1", name: "Frankfurt" },
    { id: "nyc3", name: "New York" },
    { id: "sgp1", name: "Singapore" },
  ],
  vultr: [
    { id: "ord", name: "Chicago" },
    { id: "ams", name: "Amsterdam" },
    { id: "syd", name: "Sydney" },
  ],
  linode: [
    { id: "eu-west", name: "London" },
    { id: "us-east", name: "Newark" },
  ],
  amazon: [
    { id: "us-east-1", name: "US N.Virginia" },
    { id: "eu-central-1", name: "EU Frankfurt" },
    { id: "ap-southeast-2", name: "Sydney" },
  ],
  gce: [
    { id: "us-central1", name: "Iowa" },
    { id: "europe-west3", name: "Frankfurt" },
  ],
};

export const sizes: Record<string, string[]> = {
  do: ["1GB", "2GB", "4GB", "8GB", "16GB", "32GB"],
  vultr: ["1GB", "2GB", "4GB", "8GB"],
  linode: ["1GB", "2GB", "4GB", "8GB"],
  amazon: ["Small", "Medium", "Large", "XL"],
  gce: ["n1-std-1", "n1-std-2", "n1-std-4"],
};

export const apps: Record<string, { app_version: string; application: string }[]> = {
  WordPress: [
    { app_version: "6.7", application: "wordpress" },
    { app_version: "6.6", application: "wordpress" },
  ],
  WooCommerce: [{ app_version: "9.4", application: "woocommerce" }],
  Magento: [{ app_version: "2.4.7", application: "magento" }],
  Laravel: [{ app_version: "11.2", application: "laravel" }],
  "PHP Stack": [
    { app_version: "8.2", application: "phpstack" },
    { app_version: "7.4", application: "phpstack" },
  ],
};

export const packages = {
  php: {
    debian11: { "8.1": "PHP 8.1", "8.2": "PHP 8.2", "8.3": "PHP 8.3" },
    debian12: { "8.2": "PHP 8.2", "8.3": "PHP 8.3" },
  },
  mysql: {
    debian11: { "mysql,5.7": "MySQL 5.7", "mariadb,10.6": "MariaDB 10.6" },
    debian12: { "mysql,8.0": "MySQL 8.0", "mariadb,10.11": "MariaDB 10.11" },
  },
  redis: { "0": "Uninstall", latest: "Install" },
};

export const durations = ["1 Hour", "12 Hours", "1 Day", "7 Days", "1 Month", "6 Months"];

export const durationMs: Record<string, number> = {
  "15m": 900_000,
  "30m": 1_800_000,
  "1h": 3_600_000,
  "1d": 86_400_000,
  "1 Hour": 3_600_000,
  "12 Hours": 43_200_000,
  "1 Day": 86_400_000,
  "7 Days": 604_800_000,
  "1 Month": 2_592_000_000,
  "6 Months": 15_552_000_000,
};

const commonTargets = ["Idle CPU", "Free Memory", "Writes per sec", "Reads per sec", "Bandwidth"];

export const targets: Record<string, string[]> = {
  do: [...commonTargets, "Free Disk"],
  vultr: [...commonTargets, "Free Disk"],
  linode: [...commonTargets, "Free Disk"],
  amazon: [...commonTargets, "Free Disk (DB)", "Free Disk (Data)"],
  gce: [...commonTargets, "Free Disk (DB)", "Free Disk (Data)"],
};

export const backupFrequencies = [
  { id: 1, label: "1 Hour" },
  { id: 6, label: "6 Hours" },
  { id: 12, label: "12 Hours" },
  { id: 24, label: "24 Hours" },
  { id: 168, label: "7 Days" },
];

export const countries = {
  DE: "Germany",
  GB: "United Kingdom",
  NL: "Netherlands",
  US: "United States",
};

export const settings = {
  timezone: {
    "Europe/Berlin": "(GMT+01:00) Berlin",
    "Europe/London": "(GMT+00:00) London",
    "Pacific/Midway": "(GMT-11:00) Midway",
  },
  statuses: { disabled: "disabled", enabled: "enabled" },
};
