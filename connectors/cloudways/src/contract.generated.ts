/**
 * Types of the upstream's contract. Written by `npm run generate` from contract/openapi.json; change that instead.
 */
export interface paths {
    "/oauth/access_token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange account e-mail and API key for a bearer token
         * @description Unauthenticated call. grant_type is sent by one v2 client and ignored otherwise. Not for cw_ access tokens: those go straight into the Authorization header and this endpoint rejects them.
         */
        post: operations["createAccessToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List cloud providers */
        get: operations["listProviders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/regions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List regions grouped by provider id */
        get: operations["listRegions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server_sizes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List server sizes grouped by provider
         * @description Provider keys were seen both as ids and as display names; match case-insensitively.
         */
        get: operations["listServerSizes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/apps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List installable applications and versions
         * @description Top-level keys are display names. Some responses are wrapped in "apps", some are the bare map; accept both.
         */
        get: operations["listAvailableApps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/packages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List installable packages and versions per OS
         * @description Seen both wrapped in "packages" and as the bare map.
         */
        get: operations["listPackages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List server setting names and allowed values */
        get: operations["listSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/backup-frequencies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List allowed backup frequencies */
        get: operations["listBackupFrequencies"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/countries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List countries for certificate requests
         * @description Doubt: Response shape not captured; one client reports an empty object.
         */
        get: operations["listCountries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/monitor_durations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List monitoring windows */
        get: operations["listMonitorDurations"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/monitor_targets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List monitoring metrics per provider
         * @description Seen both wrapped and bare.
         */
        get: operations["listMonitorTargets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/provider": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Alternative path for providers
         * @deprecated
         * @description Doubt: Only one client uses this path; prefer the plural list endpoint. Do not build on it.
         */
        get: operations["listProvidersV2"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/region": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Alternative path for regions of one provider
         * @deprecated
         * @description Doubt: Only one client uses this path; prefer the plural list endpoint. Do not build on it.
         */
        get: operations["listRegionsV2"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server_size": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Alternative path for sizes of one provider
         * @deprecated
         * @description Doubt: Only one client uses this path; prefer the plural list endpoint. Do not build on it.
         */
        get: operations["listServerSizesV2"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app_list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Alternative path for installable applications
         * @deprecated
         * @description Doubt: Only one client uses this path; prefer the plural list endpoint. Do not build on it.
         */
        get: operations["listAvailableAppsV2"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List all servers with their applications
         * @description Only complete inventory call: apps, ssh_keys and operations are nested. Contains master, app and database passwords in clear: redact before showing to a model.
         */
        get: operations["listServers"];
        put?: never;
        /**
         * Create a server with a first application
         * @description v1 puts the operation in server.operations[0]; a v2 client reads a top-level operation_id. db_volume_size and data_volume_size are required for amazon and gce.
         */
        post: operations["createServer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/{server_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get one server
         * @description Doubt: Named by the official MCP (server_get) and one guide; no client code. Fall back to filtering GET /server.
         */
        get: operations["getServer"];
        /** Rename a server */
        put: operations["updateServerLabel"];
        post?: never;
        /** Delete a server and everything on it */
        delete: operations["deleteServer"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/cloneServer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Clone a server */
        post: operations["cloneServer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start a stopped server */
        post: operations["startServer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/stop": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Stop a running server
         * @description Takes every application on the server offline.
         */
        post: operations["stopServer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/restart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Restart a server */
        post: operations["restartServer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/scaleServer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change server size
         * @description Brief downtime; most providers cannot scale down.
         */
        post: operations["scaleServer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/scaleVolume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resize a data or database volume (amazon, gce) */
        post: operations["scaleServerVolume"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/attachStorage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Attach block storage (do) */
        post: operations["attachBlockStorage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/scaleStorage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Resize block storage (do) */
        post: operations["scaleBlockStorage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/{server_id}/diskUsage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Start a disk usage collection
         * @description operation_id is a UUID here. Result must be fetched by polling.
         */
        get: operations["fetchServerDiskUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/manage/getMaintenanceWinSettings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get maintenance window */
        get: operations["getMaintenanceWindow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/manage/postMaintenanceWinSettings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set maintenance window */
        post: operations["updateMaintenanceWindow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/scaleResources": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Scale memory and volume on a retired provider
         * @deprecated
         * @description Kyup-era; do not expose as a tool.
         */
        post: operations["scaleServerResources"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/autoScalePolicy": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set autoscale limits on a retired provider
         * @deprecated
         * @description Kyup-era; do not expose as a tool.
         */
        post: operations["setAutoscalePolicy"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/manage/backup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take a backup of every application on a server */
        post: operations["backupServer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/manage/snapshotFrequency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set snapshot frequency (amazon, gce) */
        post: operations["updateSnapshotFrequency"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/manage/backupSettings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set automatic backup schedule and retention */
        post: operations["updateBackupSettings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/manage/remove_local_backup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Delete local backups on a server */
        post: operations["deleteLocalServerBackups"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/manage/package": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Install, change or remove a package
         * @description Version 0 uninstalls and drops the package data.
         */
        post: operations["updateServerPackage"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/manage/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get server settings and package versions */
        get: operations["getServerSettings"];
        put?: never;
        /**
         * Change server settings
         * @description Send only the keys to change. Read names differ from write names for timezone (date.timezone) and TLS (ssl_protocols).
         */
        post: operations["updateServerSettings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/manage/masterUsername": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change the master user name */
        post: operations["updateMasterUsername"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/manage/masterPassword": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change the master password */
        post: operations["updateMasterPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/disk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get disk cleanup settings */
        get: operations["getDiskCleanupSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/disk/{server_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change disk cleanup settings */
        put: operations["updateDiskCleanupSettings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/disk/cleanup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Run a disk cleanup now
         * @description The reference implementation sends only server_id; documented clients send all five flags.
         */
        post: operations["cleanupServerDisk"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/service": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get state of every service on a server */
        get: operations["getServiceStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/service/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start, stop or restart a service
         * @description Known names: apache2, nginx, mysql, memcached, varnish, redis-server, elasticsearch, supervisor, and php<version>-fpm (for example php8.2-fpm). Take names from GET /service.
         */
        post: operations["changeServiceState"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/service/varnish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enable, disable or purge Varnish on a server
         * @description Field is action. The reference implementation sends state, which is wrong.
         */
        post: operations["updateServerVarnish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/service/appVarnish": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get Varnish state of an application
         * @description Doubt: Response shape not captured.
         */
        get: operations["getAppVarnishState"];
        put?: never;
        /**
         * Enable, disable or purge Varnish for an application
         * @description Field is action, not state.
         */
        post: operations["updateAppVarnish"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operation/{operation_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get progress of an asynchronous operation
         * @description Completed when is_completed is "1", 1 or true; "-1" or a failure text in status means failed (inferred). Result payloads (backup dates, disk data) appear as extra keys.
         */
        get: operations["getOperation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/operation/task/{task_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get progress and result of an analytics task */
        get: operations["getTask"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List applications of a server
         * @description Doubt: Named by the official MCP (app_list); path not seen. Use apps nested in GET /server.
         */
        get: operations["listApps"];
        put?: never;
        /**
         * Add an application to a server
         * @description v2 also returns app.id next to operation_id.
         */
        post: operations["createApp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/{app_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get one application
         * @description Doubt: Named by the official MCP (app_get); path not seen. Use apps nested in GET /server.
         */
        get: operations["getApp"];
        /** Rename an application */
        put: operations["updateAppLabel"];
        post?: never;
        /** Delete an application and its data */
        delete: operations["deleteApp"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/clone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Clone an application on the same server
         * @description app_label is required; the reference implementation omits it.
         */
        post: operations["cloneApp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/cloneToOtherServer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Clone an application to another server */
        post: operations["cloneAppToServer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/staging/app/cloneApp": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Create a staging copy on the same server
         * @description One client waits on destination_operation_id; accept either key.
         */
        post: operations["createStagingApp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/staging/app/cloneToOtherServer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create a staging copy on another server */
        post: operations["createStagingAppOnServer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/creds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List SSH/SFTP credentials of an application */
        get: operations["listAppCredentials"];
        put?: never;
        /** Add an SSH/SFTP credential */
        post: operations["createAppCredential"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/creds/{app_cred_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change a credential */
        put: operations["updateAppCredential"];
        post?: never;
        /** Delete a credential */
        delete: operations["deleteAppCredential"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/creds/changeAdminCredentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change the admin password of the installed application */
        post: operations["updateAppAdminPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/manage/cname": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Set the primary domain */
        post: operations["updateAppCname"];
        /**
         * Remove the primary domain
         * @description Real DELETE verb; the reference implementation sends POST with _method=DELETE.
         */
        delete: operations["deleteAppCname"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/manage/aliases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Replace the list of extra domains */
        post: operations["updateAppAliases"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/manage/takeBackup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Back up an application */
        post: operations["backupApp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/manage/backup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Start retrieval of available restore points
         * @description Polling the operation yields backup_dates and local_backup_exists.
         */
        get: operations["getAppBackupStatus"];
        put?: never;
        post?: never;
        /** Delete the local backup kept by the last restore */
        delete: operations["deleteAppLocalBackup"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/manage/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore an application from a restore point
         * @description time is a value of backup_dates. The reference implementation sends backup_id, which does not exist here. Doubt: Allowed values of type are inferred.
         */
        post: operations["restoreApp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/manage/rollback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Undo the last restore */
        post: operations["rollbackAppRestore"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/manage/cronList": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get cron jobs */
        get: operations["getAppCronList"];
        put?: never;
        /**
         * Replace cron jobs
         * @description A 2026 report says this endpoint answers HTTP 500 on the live platform.
         */
        post: operations["updateAppCronList"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/manage/cron_setting": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Switch Cron Optimizer on or off
         * @description GET that changes state: never prefetch, cache or retry blindly. POST to the same path is the fallback.
         */
        get: operations["updateAppCronOptimizer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/manage/dbPassword": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change the database password */
        post: operations["updateAppDbPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/manage/symlink": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change the public_html symlink */
        post: operations["updateAppSymlink"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/manage/webroot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change the webroot */
        post: operations["updateAppWebroot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/cors_header": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Switch CORS headers on or off
         * @description One client spells the field corsHeaders.
         */
        post: operations["updateAppCorsHeader"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/manage/webP": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Switch WebP redirection on or off
         * @description GET that changes state: never prefetch, cache or retry blindly. POST to the same path is the fallback.
         */
        get: operations["updateAppWebpRedirection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/manage/enforce_https": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Switch HTTPS redirection on or off
         * @description status is required; the reference implementation omits it.
         */
        post: operations["updateAppEnforceHttps"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/manage/reset_permissions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reset file ownership and modes
         * @description v2 clients send ownership as query or form. A 2xx answer with status true means accepted.
         */
        post: operations["resetAppPermissions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/manage/fpm_setting": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get PHP-FPM settings */
        get: operations["getAppFpmSettings"];
        /**
         * Set the PHP version of an application
         * @description Doubt: Single client. The documented way is package php through POST /server/manage/package.
         */
        put: operations["updateAppPhpVersion"];
        /** Replace PHP-FPM settings */
        post: operations["updateAppFpmSettings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/manage/varnish_setting": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Varnish rules */
        get: operations["getAppVarnishSettings"];
        put?: never;
        /** Replace Varnish rules */
        post: operations["updateAppVarnishSettings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/getAppSshPerms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get SSH access state
         * @description Keyed by the app system user.
         */
        get: operations["getAppSshAccess"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/updateAppSshPerms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Switch SSH access on or off */
        post: operations["updateAppSshAccess"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/getApplicationAccess": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get public access state */
        get: operations["getAppAccessState"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/state": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enable or disable public access
         * @description Capitalised values in one client, lower case in others; send what the target accepts, accept both.
         */
        post: operations["updateAppAccessState"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/get_settings_value": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get application setting flags */
        get: operations["getAppSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/manage/geo_ip_header": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Switch the GEO-IP header on or off
         * @description Doubt: Clients split between POST and GET.
         */
        post: operations["updateAppGeoIpHeader"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/manage/xmlrpc": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Switch XML-RPC access on or off
         * @description Doubt: Clients split between POST and GET.
         */
        post: operations["updateAppXmlrpc"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/manage/device/detection": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Switch device detection on or off
         * @description GET that changes state: never prefetch, cache or retry blindly. POST to the same path is the fallback. Doubt: One client omits the manage segment.
         */
        get: operations["updateAppDeviceDetection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/manage/ignore/query_string": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Switch ignore-query-string on or off
         * @description GET that changes state: never prefetch, cache or retry blindly. POST to the same path is the fallback. Doubt: One client omits the manage segment.
         */
        get: operations["updateAppIgnoreQueryString"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/manage/php_direct_execution": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Allow or block direct PHP execution
         * @description GET that changes state: never prefetch, cache or retry blindly. POST to the same path is the fallback.
         */
        get: operations["updateAppPhpDirectExecution"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/manage/update_tls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change TLS settings
         * @deprecated
         * @description Doubt: Listed in one client without parameters; absent from the reference list. Use server setting tls_version.
         */
        post: operations["updateAppTls"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/cache/purge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Clear all application caches */
        post: operations["purgeAppCache"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/manage/envvar": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set environment variables
         * @deprecated
         * @description Doubt: Appears in one operator guide only; unverified. Do not build on it.
         */
        post: operations["updateAppEnvVars"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/staging/app/tables": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start retrieval of database tables of an application
         * @description Doubt: Response not captured; the official MCP treats it as a table sync. Treat as asynchronous and unknown.
         */
        post: operations["listStagingTables"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sync/app": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Push to or pull from the linked application
         * @description Camel-case fields are literal. Direction decides which side is overwritten. Doubt: Response body not captured; operation_id inferred.
         */
        post: operations["syncStagingApp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/staging/auth/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Switch basic auth of a staging application */
        post: operations["updateStagingAuth"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/staging/htaccessUpdate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change basic auth credentials of a staging application
         * @description One client capitalises the field names (Username, Password).
         */
        post: operations["updateStagingCredentials"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/staging/app/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get deployment logs of a staging application
         * @description Doubt: Response shape not captured; one client uses GET.
         */
        post: operations["getStagingLogs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/staging/app/deleteBackup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Delete the local backup made by the last sync */
        post: operations["deleteStagingBackup"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/git/generateKey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Create a deploy key, replacing the old one */
        post: operations["generateGitKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/git/key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the public deploy key */
        get: operations["getGitKey"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/git/branchNames": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List branches of a repository
         * @description git_url is required; the reference implementation omits it.
         */
        get: operations["listGitBranches"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/git/clone": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Clone a repository into the application
         * @description Fields are git_url and branch_name; the reference implementation sends repo_url and branch. Overwrites files in the target path.
         */
        post: operations["gitClone"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/git/pull": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pull and deploy a branch
         * @description branch_name is required; the reference implementation omits it.
         */
        post: operations["gitPull"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/git/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get deployment history */
        get: operations["getGitHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/security/ownSSL": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Install an own certificate
         * @description Fields are ssl_crt and ssl_key; the reference implementation sends certificate and private_key. One client uses /security/own_ssl.
         */
        post: operations["installOwnSsl"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/security/removeCustomSSL": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove an own certificate */
        delete: operations["removeOwnSsl"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/security/lets_encrypt_install": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Issue and install a Let's Encrypt certificate
         * @description The reference implementation omits ssl_email, wild_card and ssl_domains. Arrays in form bodies need ssl_domains[]=; JSON avoids it.
         */
        post: operations["installLetsEncrypt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/security/createDNS": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get the DNS record needed for a wildcard certificate
         * @description One of ssl_domain (three v1 clients) or ssl_domains (v2 client) is needed.
         */
        post: operations["createWildcardDns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/security/verifyDNS": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Check the DNS record for a wildcard certificate
         * @description Same domain fields as createWildcardDns.
         */
        post: operations["verifyWildcardDns"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/security/lets_encrypt_manual_renew": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Renew a Let's Encrypt certificate now
         * @description ssl_email and domain matter for wildcard only.
         */
        post: operations["renewLetsEncrypt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/security/lets_encrypt_auto": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Switch auto-renewal on or off
         * @description Field is auto; the reference implementation sends auto_renewal.
         */
        post: operations["setLetsEncryptAutoRenewal"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/security/lets_encrypt_revoke": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Revoke a Let's Encrypt certificate */
        post: operations["revokeLetsEncrypt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/security/csr": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the certificate signing request
         * @deprecated
         * @description Older flow; absent from newer listings.
         */
        get: operations["getCsr"];
        put?: never;
        /**
         * Create a certificate signing request
         * @deprecated
         */
        post: operations["createCsr"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/security/crt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Install a certificate issued from the signing request
         * @deprecated
         */
        post: operations["installCsrCertificate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/security/whitelisted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List IPs allowed for SSH/SFTP */
        get: operations["listWhitelistedIpsSsh"];
        put?: never;
        /**
         * Replace an IP allow list
         * @description Replaces the whole list: read first, merge, then write. Field is ip (form: repeat ip[]); ipPolicy is camel-case. The reference implementation sends a comma-joined ips, which is wrong.
         */
        post: operations["updateWhitelistedIps"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/security/whitelistedIpsMysql": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List IPs allowed for MySQL */
        get: operations["listWhitelistedIpsMysql"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/security/isBlacklisted": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Check whether an IP is blocked */
        get: operations["checkIpBlacklisted"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/security/siab": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Allow an IP to use the web SSH terminal
         * @description SIAB means Shell in a Box. One client names the field ip_address.
         */
        post: operations["allowIpSiab"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/security/adminer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Allow an IP to use the web database manager
         * @description One client names the field ip_address.
         */
        post: operations["allowIpAdminer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/security/{app_id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get protection status of an application */
        get: operations["getAppSecurityStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/security/{app_id}/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Enrol an application */
        post: operations["activateAppSecurity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/security/{app_id}/deactivate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Withdraw an application */
        patch: operations["deactivateAppSecurity"];
        trace?: never;
    };
    "/app/security/{app_id}/scans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List scans */
        get: operations["listAppSecurityScans"];
        put?: never;
        /**
         * Start a scan
         * @description May also answer with a task_id to poll.
         */
        post: operations["startAppSecurityScan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/security/{app_id}/scans/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get state of the running scan */
        get: operations["getAppSecurityScanStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/security/{app_id}/scans/{scan_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get findings of a scan */
        get: operations["getAppSecurityScan"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/security/{app_id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List security events */
        get: operations["listAppSecurityEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/security/{app_id}/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List security incidents */
        get: operations["listAppSecurityIncidents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/security/{app_id}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List affected files */
        get: operations["listAppSecurityFiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/security/{app_id}/files/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Restore cleaned or quarantined files */
        post: operations["restoreAppSecurityFiles"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/security/{app_id}/files/cleaned-diff": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Compare infected and cleaned file */
        get: operations["getAppSecurityCleanedDiff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/security/{app_id}/ips": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Add IPs to the allow or block list */
        put: operations["addAppSecurityIps"];
        post?: never;
        /** Remove IPs from the allow or block list */
        delete: operations["removeAppSecurityIps"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/security/{server_id}/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List incidents of a server */
        get: operations["listServerSecurityIncidents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/security/{server_id}/ips": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List allowed and blocked IPs */
        get: operations["listServerSecurityIps"];
        /** Allow or block IPs */
        put: operations["addServerSecurityIps"];
        post?: never;
        /** Remove IPs from the lists */
        delete: operations["removeServerSecurityIps"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/security/{server_id}/blacklist-countries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Block countries */
        put: operations["blockServerCountries"];
        post?: never;
        /** Unblock countries */
        delete: operations["unblockServerCountries"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/security/{server_id}/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get security statistics */
        get: operations["getServerSecurityStats"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/security/{server_id}/infected-domains": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List infected domains */
        get: operations["listServerInfectedDomains"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/security/{server_id}/infected-domains/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Refresh infected domains */
        post: operations["syncServerInfectedDomains"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/security/{server_id}/firewall-settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get firewall settings */
        get: operations["getServerFirewallSettings"];
        /** Change firewall settings */
        put: operations["updateServerFirewallSettings"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/security/{server_id}/apps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List protection state of all applications */
        get: operations["listServerSecurityApps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/malcare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get bot protection state */
        get: operations["getBotProtection"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/malcare/traffic": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List recent requests */
        get: operations["listBotTraffic"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/malcare/traffic/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Summarise requests per day */
        get: operations["getBotTrafficSummary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/malcare/logins": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List recent login attempts */
        get: operations["listBotLogins"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/malcare/logins/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Summarise login attempts per day */
        get: operations["getBotLoginSummary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/malcare/bots/bad": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List detected bad bots */
        get: operations["listBadBots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/malcare/whitelisted_ips": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List allowed IPs */
        get: operations["listBotWhitelistedIps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/malcare/whitelisted_bots": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List allowed bots */
        get: operations["listBotWhitelistedBots"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/malcare/enable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Switch bot protection on */
        put: operations["enableBotProtection"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/malcare/disable": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Switch bot protection off */
        put: operations["disableBotProtection"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/malcare/whitelist_ip": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Allow or disallow an IP */
        put: operations["setBotIpWhitelist"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/malcare/whitelist_bot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Allow or disallow a bot */
        put: operations["setBotWhitelist"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/vulnerabilities/{app_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List known vulnerabilities of an application
         * @description vulnerabilities was seen both as a list and as one object.
         */
        get: operations["listAppVulnerabilities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/vulnerabilities/{app_id}/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Start a vulnerability refresh
         * @description GET that starts work.
         */
        get: operations["refreshAppVulnerabilities"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ssh_key": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Add an SSH key to a server or app credential */
        post: operations["createSshKey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/ssh_key/{ssh_key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Rename an SSH key */
        put: operations["updateSshKey"];
        post?: never;
        /**
         * Remove an SSH key
         * @description There is no list call: keys come with GET /server and GET /app/creds.
         */
        delete: operations["deleteSshKey"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/project": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List projects */
        get: operations["listProjects"];
        put?: never;
        /**
         * Create a project
         * @description app_ids is one string of comma-separated ids.
         */
        post: operations["createProject"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/project/{project_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Rename a project or change its applications */
        put: operations["updateProject"];
        post?: never;
        /** Delete a project, keeping its applications */
        delete: operations["deleteProject"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/member": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List team members
         * @description members is a map keyed by member id, not a list.
         */
        get: operations["listTeamMembers"];
        put?: never;
        /**
         * Invite a team member
         * @description Grants access. servers maps server id to {sections, is_full}. One client sends these fields JSON-encoded in a single field named body; the reference types the payload as a plain string.
         */
        post: operations["addTeamMember"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/member/{member_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change role or access of a member */
        put: operations["updateTeamMember"];
        post?: never;
        /**
         * Remove a team member
         * @description The id is sent both in the path and in the body.
         */
        delete: operations["deleteTeamMember"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alerts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List newest alerts
         * @description Doubt: is_read and created_at are inferred.
         */
        get: operations["listAlerts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alerts/{last_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the next page of alerts */
        get: operations["listAlertsAfter"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alert/markAsRead/{alert_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mark one alert read */
        post: operations["markAlertRead"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/alert/markAllRead": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Mark all alerts read */
        post: operations["markAllAlertsRead"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/integrations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List alert channels */
        get: operations["listIntegrations"];
        put?: never;
        /** Create an alert channel */
        post: operations["createIntegration"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/integrations/create": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List channel types and event types */
        get: operations["listIntegrationTypes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/integrations/{channel_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change an alert channel */
        put: operations["updateIntegration"];
        post?: never;
        /** Delete an alert channel */
        delete: operations["deleteIntegration"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/addon": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List add-ons and packages */
        get: operations["listAddons"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/addon/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Activate an add-on on the account */
        post: operations["activateAddon"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/addon/deactivate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deactivate an add-on on the account */
        post: operations["deactivateAddon"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/addon/upgrade": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change the add-on package */
        post: operations["upgradeAddon"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/addon/activateOnServer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Activate an add-on on a server
         * @description All but the two ids apply to SMTP add-ons.
         */
        post: operations["activateAddonOnServer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/addon/deactivateOnServer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deactivate an add-on on a server */
        post: operations["deactivateAddonOnServer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/addon/request": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Request an add-on for an application */
        post: operations["requestAddonForApp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/addon/elastic/domains": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List sender domains */
        get: operations["listElasticEmailDomains"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/addon/elastic/verify_domain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Verify a sender domain */
        post: operations["verifyElasticEmailDomain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/addon/elastic/domain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a sender domain */
        delete: operations["deleteElasticEmailDomain"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server_transfer/request": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Offer a server to another account */
        post: operations["requestServerTransfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server_transfer/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get state of a transfer
         * @description POST used for reading.
         */
        post: operations["getServerTransferStatus"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server_transfer/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a pending transfer */
        post: operations["cancelServerTransfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/supervisor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List worker queues */
        get: operations["listSupervisorQueues"];
        put?: never;
        /**
         * Create worker queues
         * @description One client flattens the fields to queues_list_connection and so on; use the array.
         */
        post: operations["createSupervisorQueue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/supervisor/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Delete a worker queue */
        delete: operations["deleteSupervisorQueue"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/supervisor/queue/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get runtime state of worker queues */
        get: operations["getSupervisorStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/supervisor/queue/restart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Restart a worker queue */
        post: operations["restartSupervisorQueue"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/cloudflareCdn": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get CDN domains and usage */
        get: operations["getCloudflareDetails"];
        put?: never;
        /** Attach a domain to the CDN */
        post: operations["addCloudflareDomain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/cloudflareCdn/fetchTXT": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get TXT records to publish */
        get: operations["getCloudflareTxtRecords"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/cloudflareCdn/delete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Detach domains from the CDN */
        post: operations["deleteCloudflareDomain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/cloudflareCdn/transferDomain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Move domains to another application */
        post: operations["transferCloudflareDomain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/cloudflareCdn/purgeDomain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Purge the edge cache */
        post: operations["purgeCloudflareDomain"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/cloudflareCdn/getDnsQuery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get DNS verification of a domain */
        get: operations["getCloudflareDnsQuery"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/cloudflareCdn/verifyTxtRecords": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Check published TXT records */
        post: operations["verifyCloudflareTxtRecords"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/cloudflareCdn/checkFPCStatus": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get Smart Cache Purge state */
        get: operations["getCloudflareSmartPurge"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/cloudflareCdn/deployFPC": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Deploy Smart Cache Purge */
        post: operations["deployCloudflareSmartPurge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/cloudflareCdn/appSetting": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get CDN settings */
        get: operations["getCloudflareSettings"];
        put?: never;
        /** Change CDN settings */
        post: operations["updateCloudflareSettings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/cloudflare/{app_id}/analytics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get cache analytics
         * @description cachStatus is the literal key. About 20 top-N lists share one item shape.
         */
        get: operations["getCloudflareAnalytics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/cloudflare/{app_id}/security": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get security analytics */
        get: operations["getCloudflareSecurityAnalytics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/cloudflare/{app_id}/logpush_analytics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get raw request logs */
        get: operations["getCloudflareLogpushAnalytics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/cloudflare/{app_id}/logpush_security": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get raw security event logs */
        get: operations["getCloudflareLogpushSecurity"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/safeupdates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Start detection of available updates */
        get: operations["listAvailableSafeUpdates"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/safeupdates/{app_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Run updates now
         * @description A v2 client sends plugins, themes and core=1 instead.
         */
        put: operations["runSafeUpdate"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/safeupdates/{app_id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get whether SafeUpdates is active */
        get: operations["getSafeUpdatesStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/safeupdates/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Switch SafeUpdates on or off
         * @description A v2 client sends status instead of enable.
         */
        post: operations["setSafeUpdatesStatus"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/safeupdates/list": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List applications with SafeUpdates */
        get: operations["listSafeUpdatesApps"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/safeupdates/{app_id}/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get SafeUpdates settings */
        get: operations["getSafeUpdatesSettings"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/safeupdates/settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change SafeUpdates settings
         * @description update_day 0 is Sunday. One v1 client posts to /safeupdates/settings; a v2 client sends day_of_week and time_slot.
         */
        post: operations["updateSafeUpdatesSettings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/safeupdates/{app_id}/schedule": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the next scheduled update */
        get: operations["getSafeUpdatesSchedule"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/safeupdates/{app_id}/history": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get update history */
        get: operations["getSafeUpdatesHistory"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/monitor/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get bandwidth or disk use of a server per application
         * @description bw is bandwidth, db is size on disk. datapoint is [value_mb, epoch] or a list of such pairs. v2 clients also use bandwidth and disk.
         */
        get: operations["getServerMonitorSummary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/monitor/detail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a monitoring graph
         * @description v1 answers with contents; v2 answers with a task_id. target and duration are required; the reference implementation omits them.
         */
        get: operations["getServerMonitorDetail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/server/analytics/serverUsage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Start collection of server usage
         * @description v1 operation_id, v2 task_id.
         */
        get: operations["getServerUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/monitor/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get bandwidth or disk use of an application */
        get: operations["getAppMonitorSummary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/monitor/detail": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get an application disk graph
         * @deprecated
         * @description Marked deprecated by the provider.
         */
        get: operations["getAppMonitorDetail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/analytics/traffic": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get traffic analytics
         * @description duration and resource are required; the reference implementation omits them. Result comes from polling.
         */
        get: operations["getAppTraffic"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/analytics/php": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get PHP analytics
         * @description duration and resource are required; the reference implementation omits them. Result comes from polling.
         */
        get: operations["getAppPhpAnalytics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/analytics/mysql": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get MySQL analytics
         * @description duration and resource are required; the reference implementation omits them. Result comes from polling.
         */
        get: operations["getAppMysqlAnalytics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/analytics/trafficDetails": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Drill into traffic of a period
         * @description Dates as DD/MM/YYYY HH:MM. A v1 client uses GET /app/analytics/trafficDetail.
         */
        post: operations["getAppTrafficDetails"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/analytics/cron": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get cron analytics */
        get: operations["getAppCronAnalytics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dme/domains": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List DNS domains */
        get: operations["listDnsDomains"];
        put?: never;
        /** Add DNS domains */
        post: operations["addDnsDomains"];
        /** Delete DNS domains */
        delete: operations["deleteDnsDomains"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dme/domains/{domain_id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get delegation state of a domain */
        get: operations["getDnsDomainStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dme/domains/{domain_id}/records": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List DNS records */
        get: operations["listDnsRecords"];
        put?: never;
        /** Add DNS records */
        post: operations["addDnsRecords"];
        /** Delete DNS records */
        delete: operations["deleteDnsRecords"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dme/domains/{domain_id}/records/{record_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change a DNS record */
        put: operations["updateDnsRecord"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/dme/domains/{domain_id}/usage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get query usage of the current month */
        get: operations["getDnsUsage"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/copilot/plans": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List plans */
        get: operations["listCopilotPlans"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/copilot/plans/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get the current subscription */
        get: operations["getCopilotStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/copilot/plans/subscribe": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Subscribe to a plan */
        post: operations["subscribeCopilot"];
        /** Cancel the subscription */
        delete: operations["cancelCopilot"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/copilot/plans/change": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Change the plan */
        post: operations["changeCopilotPlan"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/copilot/billing/real-time": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get usage of a billing cycle
         * @description billing_cycle as YYYY-MM.
         */
        get: operations["getCopilotBilling"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/copilot/server-settings": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get per-server switches
         * @description Doubt: Item shape inferred.
         */
        get: operations["getCopilotServerSettings"];
        put?: never;
        /** Switch insights per server */
        post: operations["updateCopilotServerSettings"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/insights/summary": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Count insights by severity */
        get: operations["getInsightsSummary"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/insights": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List insights */
        get: operations["listInsights"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/insights/{alert_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Get one insight */
        get: operations["getInsight"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/kb/search": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Search help articles */
        get: operations["searchKnowledgeBase"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/staging/app/backupRollBack": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo the last sync from its local backup
         * @description Doubt: One older client only.
         */
        post: operations["rollbackStagingSync"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/addon/getRackspaceMailboxes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List mailboxes of the mail add-on
         * @deprecated
         * @description Doubt: One older client only; response shape not captured.
         */
        get: operations["listRackspaceMailboxes"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/cdn": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the retired CDN setup
         * @deprecated
         * @description Retired CDN product; do not expose as a tool.
         */
        get: operations["getLegacyCdn"];
        put?: never;
        /**
         * Set up the retired CDN
         * @deprecated
         * @description Retired CDN product; do not expose as a tool.
         */
        post: operations["setupLegacyCdn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/cdn/{app_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change the retired CDN site URL
         * @deprecated
         * @description Retired CDN product; do not expose as a tool.
         */
        put: operations["updateLegacyCdn"];
        post?: never;
        /**
         * Remove the retired CDN
         * @deprecated
         * @description Retired CDN product; do not expose as a tool.
         */
        delete: operations["deleteLegacyCdn"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/cdn/activate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Activate the retired CDN
         * @deprecated
         * @description Retired CDN product; do not expose as a tool.
         */
        post: operations["activateLegacyCdn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/cdn/bandwidth": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get traffic of the retired CDN
         * @deprecated
         * @description Retired CDN product; do not expose as a tool.
         */
        get: operations["getLegacyCdnBandwidth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/app/cdn/purge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Purge the retired CDN
         * @deprecated
         * @description Retired CDN product; do not expose as a tool.
         */
        post: operations["purgeLegacyCdn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description Extra keys carry results, e.g. backup_dates and local_backup_exists */
        Operation: {
            /** @description Number, or UUID for usage collections */
            id: string | number;
            type?: string;
            server_id?: string | number;
            app_id?: string | number;
            /** @description Minutes */
            estimated_time_remaining?: string | number;
            frontend_step_number?: string | number;
            /** @description Progress text, not a fixed set */
            status?: string;
            /** @description v1 sends "0"/"1"; v2 sends booleans */
            is_completed: string | number | boolean;
            message?: string;
        } & {
            [key: string]: unknown;
        };
        OperationEnvelope: {
            operation: components["schemas"]["Operation"];
        } & {
            [key: string]: unknown;
        };
        OperationRef: {
            /** @description Number, or UUID for usage collections */
            operation_id: number | string;
        } & {
            [key: string]: unknown;
        };
        StatusOperationRef: {
            status?: boolean;
            /** @description Number, or UUID for usage collections */
            operation_id: number | string;
        } & {
            [key: string]: unknown;
        };
        StatusOperation: {
            status?: boolean;
            operation: components["schemas"]["Operation"];
        } & {
            [key: string]: unknown;
        };
        TwoServerOperation: {
            /** @description Number, or UUID for usage collections */
            source_operation_id?: number | string;
            /** @description Number, or UUID for usage collections */
            destination_operation_id?: number | string;
            app_id?: string | number;
        } & {
            [key: string]: unknown;
        };
        TaskRef: {
            status?: boolean;
            /** Format: uuid */
            task_id: string;
        } & {
            [key: string]: unknown;
        };
        OperationOrTask: components["schemas"]["TaskRef"] | components["schemas"]["StatusOperationRef"];
        TaskStatus: {
            /** @description v1 sends "0"/"1"; v2 sends booleans */
            is_completed: string | number | boolean;
            task_id?: string;
            data?: unknown;
        } & {
            [key: string]: unknown;
        };
        StatusOnly: {
            status?: boolean;
        } & {
            [key: string]: unknown;
        };
        /** @description Success without data: an empty array, an empty object or an empty body */
        Empty: unknown[] | Record<string, never>;
        AccessToken: {
            access_token: string;
            token_type?: string;
            /** @description Seconds, 3600 */
            expires_in?: number;
        } & {
            [key: string]: unknown;
        };
        App: {
            id: string | number;
            label: string;
            application: string;
            app_version?: string;
            app_fqdn?: string;
            app_user?: string;
            /**
             * Format: password
             * @description Secret
             */
            app_password?: string | null;
            sys_user?: string;
            /**
             * Format: password
             * @description Secret
             */
            sys_password?: string | null;
            cname?: string | null;
            mysql_db_name?: string;
            mysql_user?: string;
            /**
             * Format: password
             * @description Secret
             */
            mysql_password?: string | null;
            aliases?: string[];
            symlink?: string | null;
            server_id: string | number;
            project_id?: string | number;
            created_at?: string;
            webroot?: string | null;
            is_csr_available?: boolean;
            lets_encrypt?: string | Record<string, never> | null;
            app_version_id?: string | number;
            cms_app_id?: string | number;
        } & {
            [key: string]: unknown;
        };
        Server: {
            id: string | number;
            label: string;
            /** @description Lower case, e.g. running, stopped; empty while being created */
            status: string;
            tenant_id?: string | number;
            backup_frequency?: string | number;
            /** @description Boolean in lists, "yes"/"no" in the create answer */
            local_backups?: boolean | string;
            /** @description v1 sends "0"/"1"; v2 sends booleans */
            is_terminated?: string | number | boolean;
            created_at?: string;
            updated_at?: string;
            platform?: string;
            cloud: string;
            region: string;
            zone?: string | null;
            instance_type?: string;
            db_volume_size?: string | number | null;
            data_volume_size?: string | number | null;
            server_fqdn?: string;
            public_ip?: string;
            volume_size?: string | number;
            master_user?: string;
            /**
             * Format: password
             * @description Secret
             */
            master_password?: string | null;
            snapshot_frequency?: string | null;
            ssh_keys?: components["schemas"]["SshKeyRef"][];
            addons?: unknown[];
            operations?: components["schemas"]["Operation"][];
            apps?: components["schemas"]["App"][];
        } & {
            [key: string]: unknown;
        };
        SshKeyRef: {
            id?: string | number;
            ssh_key_id?: string | number;
            label?: string;
        } & {
            [key: string]: unknown;
        };
        ServerList: {
            status?: boolean;
            servers: components["schemas"]["Server"][];
        } & {
            [key: string]: unknown;
        };
        ServerEnvelope: {
            server: components["schemas"]["Server"];
        } & {
            [key: string]: unknown;
        };
        ServerCreated: {
            server: components["schemas"]["Server"];
            /** @description Number, or UUID for usage collections */
            operation_id?: number | string;
        } & {
            [key: string]: unknown;
        };
        ServerSettings: {
            settings?: {
                character_set_server?: string;
                "date.timezone"?: string;
                direct_access?: string;
                display_errors?: string;
                error_reporting?: string;
                execution_limit?: string | number;
                innodb_buffer_pool_size?: string;
                innodb_lock_wait_timeout?: string;
                max_connections?: string | number;
                max_input_time?: string | number;
                max_input_vars?: string | number;
                memory_limit?: string | number;
                mod_xdebug?: string;
                package_versions?: {
                    fpm?: string;
                    mariadb?: string;
                    mysql?: string;
                    php?: string;
                    redis?: string;
                } & {
                    [key: string]: unknown;
                };
                short_open_tag?: string;
                ssl_protocols?: string;
                static_cache_expiry?: string | number;
                upload_size?: string | number;
                varnish_default_ttl?: string;
                wait_timeout?: string;
            } & {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        ServiceStatus: {
            services?: {
                status?: {
                    apache2?: string;
                    elasticsearch?: string;
                    elasticsearch_enabled?: number;
                    memcached?: string;
                    mysql?: string;
                    "newrelic-sysmond"?: string;
                    nginx?: string;
                    "redis-server"?: string;
                    redis_enabled?: number;
                    varnish?: string;
                    varnish_enabled?: number;
                } & {
                    [key: string]: unknown;
                };
            } & {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        VarnishRule: {
            /** @enum {string} */
            method: "exclude" | "include";
            /** @enum {string} */
            type: "url" | "cookie";
            value: string;
        } & {
            [key: string]: unknown;
        };
        MemberAccess: {
            sections?: string[];
            is_full?: boolean;
        } & {
            [key: string]: unknown;
        };
        SupervisorQueueInput: {
            connection: string;
            procs: number;
            sleep?: number;
            artisan_path?: string;
            timeout?: number;
            queue?: string;
            tries?: number;
            env?: string;
        } & {
            [key: string]: unknown;
        };
        DnsRecordInput: {
            /** @enum {string} */
            type: "A" | "AAAA" | "ANAME" | "CNAME" | "MX" | "NS" | "PTR" | "SPF" | "SRV" | "TXT" | "CAA" | "HTTPRED";
            /** @description At least name, value and ttl */
            attributes?: {
                [key: string]: unknown;
            };
        } & {
            [key: string]: unknown;
        };
        /** @description Map of field name to its failures */
        ValidationError: {
            [key: string]: {
                code?: string;
                message: string;
            }[];
        };
        OAuthError: {
            error?: string | boolean;
            error_description?: string;
        } & {
            [key: string]: unknown;
        };
        MessageError: {
            message?: string;
            error?: unknown;
            error_description?: string;
            status?: unknown;
        } & {
            [key: string]: unknown;
        };
    };
    responses: {
        /** @description No access token sent, or a refused request */
        BadRequest: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["MessageError"];
            };
        };
        /** @description Access token invalid or expired, or wrong credentials */
        Unauthorized: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["OAuthError"];
            };
        };
        /** @description Resource or action not permitted */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["MessageError"];
            };
        };
        /** @description Unknown path or resource (not part of the published list) */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["MessageError"];
            };
        };
        /** @description Parameters failed validation */
        ValidationFailed: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["ValidationError"];
            };
        };
        /** @description Too many requests */
        RateLimited: {
            headers: {
                /** @description Seconds to wait; may be absent or not a number */
                "Retry-After"?: string;
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["MessageError"];
            };
        };
        /** @description Platform failure; seen as 500, 502 and 503 */
        ServerError: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/json": components["schemas"]["MessageError"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    createAccessToken: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /**
                     * Format: email
                     * @description E-mail address
                     */
                    email: string;
                    /**
                     * Format: password
                     * @description Account API key
                     */
                    api_key: string;
                    /** @enum {string} */
                    grant_type?: "password";
                };
                "application/json": {
                    /**
                     * Format: email
                     * @description E-mail address
                     */
                    email: string;
                    /**
                     * Format: password
                     * @description Account API key
                     */
                    api_key: string;
                    /** @enum {string} */
                    grant_type?: "password";
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccessToken"];
                };
            };
        };
    };
    listProviders: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        providers?: ({
                            id?: string;
                            name?: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listRegions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        regions?: {
                            [key: string]: ({
                                id?: string;
                                name?: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listServerSizes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sizes?: {
                            [key: string]: string[];
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listAvailableApps: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        apps?: {
                            [key: string]: ({
                                app_version?: string;
                                application?: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listPackages: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        packages?: {
                            php?: {
                                [key: string]: {
                                    [key: string]: string;
                                };
                            };
                            mysql?: {
                                [key: string]: {
                                    [key: string]: string;
                                };
                            };
                            redis?: {
                                [key: string]: string;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        settings?: {
                            timezone?: {
                                [key: string]: string;
                            };
                            statuses?: {
                                [key: string]: string;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listBackupFrequencies: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        frequencies?: ({
                            id?: string | number;
                            label?: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listCountries: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        countries?: {
                            [key: string]: string;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listMonitorDurations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        durations?: string[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listMonitorTargets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        targets?: {
                            [key: string]: string[];
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listProvidersV2: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        providers?: ({
                            id?: string;
                            name?: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listRegionsV2: {
        parameters: {
            query: {
                /** @description provider */
                provider: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        regions?: ({
                            id?: string;
                            name?: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listServerSizesV2: {
        parameters: {
            query: {
                /** @description provider */
                provider: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        server_sizes?: string[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listAvailableAppsV2: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        apps?: ({
                            application?: string;
                            app_version?: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listServers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerList"];
                };
            };
        };
    };
    createServer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Provider id from /providers (do, vultr, amazon, gce, linode) */
                    cloud: string;
                    /** @description Region id from /regions */
                    region: string;
                    /** @description Size from /server_sizes */
                    instance_type: string;
                    /** @description Application slug from /apps (wordpress, phpstack, ...) */
                    application: string;
                    /** @description Version from /apps */
                    app_version: string;
                    /** @description Server label */
                    server_label: string;
                    /** @description Application label */
                    app_label: string;
                    /** @description Creates or reuses a project with this name and assigns the new app to it */
                    project_name?: string;
                    /** @description Database volume size in GB (amazon and gce) */
                    db_volume_size?: number;
                    /** @description Data volume size in GB (amazon and gce) */
                    data_volume_size?: number;
                    series?: string;
                };
                "application/json": {
                    /** @description Provider id from /providers (do, vultr, amazon, gce, linode) */
                    cloud: string;
                    /** @description Region id from /regions */
                    region: string;
                    /** @description Size from /server_sizes */
                    instance_type: string;
                    /** @description Application slug from /apps (wordpress, phpstack, ...) */
                    application: string;
                    /** @description Version from /apps */
                    app_version: string;
                    /** @description Server label */
                    server_label: string;
                    /** @description Application label */
                    app_label: string;
                    /** @description Creates or reuses a project with this name and assigns the new app to it */
                    project_name?: string;
                    /** @description Database volume size in GB (amazon and gce) */
                    db_volume_size?: number;
                    /** @description Data volume size in GB (amazon and gce) */
                    data_volume_size?: number;
                    series?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerCreated"];
                };
            };
        };
    };
    getServer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric server id */
                server_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerEnvelope"];
                };
            };
        };
    };
    updateServerLabel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric server id */
                server_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Display label */
                    label: string;
                };
                "application/json": {
                    /** @description Display label */
                    label: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOnly"];
                };
            };
        };
    };
    deleteServer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric server id */
                server_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    cloneServer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Source server id */
                    source_server_id: number;
                    /** @description Provider id from /providers (do, vultr, amazon, gce, linode) */
                    cloud: string;
                    /** @description Region id from /regions */
                    region: string;
                    /** @description Size from /server_sizes */
                    instance_type: string;
                    /** @description Application label */
                    app_label: string;
                    application_id?: number;
                    /** @description Database volume size in GB (amazon and gce) */
                    db_volume_size?: number;
                    /** @description Data volume size in GB (amazon and gce) */
                    data_volume_size?: number;
                    /** @description Block storage size in GB (do only) */
                    server_storage?: number;
                    advance_clone?: boolean;
                    server_settings?: boolean;
                    app_domains?: boolean;
                    app_crons?: boolean;
                    app_supervisor_jobs?: boolean;
                    app_settings?: boolean;
                    app_credentials?: boolean;
                    team_access?: boolean;
                };
                "application/json": {
                    /** @description Source server id */
                    source_server_id: number;
                    /** @description Provider id from /providers (do, vultr, amazon, gce, linode) */
                    cloud: string;
                    /** @description Region id from /regions */
                    region: string;
                    /** @description Size from /server_sizes */
                    instance_type: string;
                    /** @description Application label */
                    app_label: string;
                    application_id?: number;
                    /** @description Database volume size in GB (amazon and gce) */
                    db_volume_size?: number;
                    /** @description Data volume size in GB (amazon and gce) */
                    data_volume_size?: number;
                    /** @description Block storage size in GB (do only) */
                    server_storage?: number;
                    advance_clone?: boolean;
                    server_settings?: boolean;
                    app_domains?: boolean;
                    app_crons?: boolean;
                    app_supervisor_jobs?: boolean;
                    app_settings?: boolean;
                    app_credentials?: boolean;
                    team_access?: boolean;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    startServer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    stopServer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    restartServer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    scaleServer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Size from /server_sizes */
                    instance_type: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Size from /server_sizes */
                    instance_type: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    scaleServerVolume: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Volume size in GB */
                    volume_size: number;
                    /**
                     * @description Which volume to resize: data or db
                     * @enum {string}
                     */
                    volume_type: "data" | "db";
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Volume size in GB */
                    volume_size: number;
                    /**
                     * @description Which volume to resize: data or db
                     * @enum {string}
                     */
                    volume_type: "data" | "db";
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    attachBlockStorage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Block storage size in GB (do only) */
                    server_storage: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Block storage size in GB (do only) */
                    server_storage: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    scaleBlockStorage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Block storage size in GB (do only) */
                    server_storage: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Block storage size in GB (do only) */
                    server_storage: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    fetchServerDiskUsage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric server id */
                server_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        operation_id?: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getMaintenanceWindow: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        maintenance_settings?: {
                            day?: string;
                            hour?: number;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateMaintenanceWindow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Weekday name */
                    day: string;
                    /** @description Start hour / slot */
                    hour: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Weekday name */
                    day: string;
                    /** @description Start hour / slot */
                    hour: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        message?: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    scaleServerResources: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    memory_size?: string;
                    /** @description Size from /server_sizes */
                    instance_type?: string;
                    /** @description Volume size in GB */
                    volume_size?: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    memory_size?: string;
                    /** @description Size from /server_sizes */
                    instance_type?: string;
                    /** @description Volume size in GB */
                    volume_size?: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    setAutoscalePolicy: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    cpu?: boolean;
                    cpu_max?: number;
                    memory?: boolean;
                    memory_max?: number;
                    is_cpu_downscale?: boolean;
                    is_mem_downscale?: boolean;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    cpu?: boolean;
                    cpu_max?: number;
                    memory?: boolean;
                    memory_max?: number;
                    is_cpu_downscale?: boolean;
                    is_mem_downscale?: boolean;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    backupServer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    updateSnapshotFrequency: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Snapshot frequency; empty disables */
                    snapshot_frequency: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Snapshot frequency; empty disables */
                    snapshot_frequency: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    updateBackupSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /**
                     * @description Keep local copies too
                     * @enum {string}
                     */
                    local_backups: "true" | "false";
                    /** @description Hours between backups, from /backup-frequencies */
                    backup_frequency?: string;
                    /** @description Retention count */
                    backup_retention?: number;
                    /** @description Time of day HH:MM */
                    backup_time?: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /**
                     * @description Keep local copies too
                     * @enum {string}
                     */
                    local_backups: "true" | "false";
                    /** @description Hours between backups, from /backup-frequencies */
                    backup_frequency?: string;
                    /** @description Retention count */
                    backup_retention?: number;
                    /** @description Time of day HH:MM */
                    backup_time?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    deleteLocalServerBackups: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    updateServerPackage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Package id from /packages (php, mysql, redis, elasticsearch, ...) */
                    package_name: string;
                    /** @description Version key from /packages */
                    package_version: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Package id from /packages (php, mysql, redis, elasticsearch, ...) */
                    package_name: string;
                    /** @description Version key from /packages */
                    package_version: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    getServerSettings: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServerSettings"];
                };
            };
        };
    };
    updateServerSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    execution_limit?: number;
                    memory_limit?: number;
                    date_timezone?: string;
                    display_errors?: string;
                    upload_size?: number;
                    error_reporting?: string;
                    mysql_timezone?: string;
                    static_cache_expiry?: number;
                    character_set_server?: string;
                    max_connections?: number;
                    max_input_vars?: number;
                    max_input_time?: number;
                    tls_version?: string;
                    mod_zendguard?: string;
                    innodb_buffer_pool_size?: number;
                    innodb_lock_wait_timeout?: number;
                    wait_timeout?: number;
                    opcache_memory_size?: number;
                    /** @enum {string} */
                    mod_xdebug?: "enable" | "disable";
                    nginx_http2?: string;
                    new_default_app?: string;
                    sys_locale?: string;
                    varnish_default_ttl?: string;
                    short_open_tag?: string;
                    mod_waf?: string;
                    apc_shm_size?: number;
                    key_buffer_size?: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    execution_limit?: number;
                    memory_limit?: number;
                    date_timezone?: string;
                    display_errors?: string;
                    upload_size?: number;
                    error_reporting?: string;
                    mysql_timezone?: string;
                    static_cache_expiry?: number;
                    character_set_server?: string;
                    max_connections?: number;
                    max_input_vars?: number;
                    max_input_time?: number;
                    tls_version?: string;
                    mod_zendguard?: string;
                    innodb_buffer_pool_size?: number;
                    innodb_lock_wait_timeout?: number;
                    wait_timeout?: number;
                    opcache_memory_size?: number;
                    /** @enum {string} */
                    mod_xdebug?: "enable" | "disable";
                    nginx_http2?: string;
                    new_default_app?: string;
                    sys_locale?: string;
                    varnish_default_ttl?: string;
                    short_open_tag?: string;
                    mod_waf?: string;
                    apc_shm_size?: number;
                    key_buffer_size?: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    updateMasterUsername: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description User name */
                    username: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description User name */
                    username: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    updateMasterPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /**
                     * Format: password
                     * @description Password
                     */
                    password: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /**
                     * Format: password
                     * @description Password
                     */
                    password: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    getDiskCleanupSettings: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        settings?: {
                            automate_cleanup?: string;
                            remove_app_local_backup?: string;
                            remove_app_private_html?: string;
                            remove_app_tmp?: string;
                            rotate_app_log?: string;
                            rotate_system_log?: string;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateDiskCleanupSettings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric server id */
                server_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @enum {string} */
                    automate_cleanup: "enabled" | "disabled";
                    /** @enum {string} */
                    remove_app_tmp: "yes" | "no";
                    /** @enum {string} */
                    remove_app_private_html: "yes" | "no";
                    /** @enum {string} */
                    rotate_system_log: "yes" | "no";
                    /** @enum {string} */
                    rotate_app_log: "yes" | "no";
                    /** @enum {string} */
                    remove_app_local_backup: "yes" | "no";
                };
                "application/json": {
                    /** @enum {string} */
                    automate_cleanup: "enabled" | "disabled";
                    /** @enum {string} */
                    remove_app_tmp: "yes" | "no";
                    /** @enum {string} */
                    remove_app_private_html: "yes" | "no";
                    /** @enum {string} */
                    rotate_system_log: "yes" | "no";
                    /** @enum {string} */
                    rotate_app_log: "yes" | "no";
                    /** @enum {string} */
                    remove_app_local_backup: "yes" | "no";
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    cleanupServerDisk: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @enum {string} */
                    remove_app_tmp: "yes" | "no";
                    /** @enum {string} */
                    remove_app_private_html: "yes" | "no";
                    /** @enum {string} */
                    rotate_system_log: "yes" | "no";
                    /** @enum {string} */
                    rotate_app_log: "yes" | "no";
                    /** @enum {string} */
                    remove_app_local_backup: "yes" | "no";
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @enum {string} */
                    remove_app_tmp: "yes" | "no";
                    /** @enum {string} */
                    remove_app_private_html: "yes" | "no";
                    /** @enum {string} */
                    rotate_system_log: "yes" | "no";
                    /** @enum {string} */
                    rotate_app_log: "yes" | "no";
                    /** @enum {string} */
                    remove_app_local_backup: "yes" | "no";
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOperationRef"];
                };
            };
        };
    };
    getServiceStatus: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceStatus"];
                };
            };
        };
    };
    changeServiceState: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Service name as returned by GET /service */
                    service: string;
                    /**
                     * @description Desired state
                     * @enum {string}
                     */
                    state: "start" | "stop" | "restart";
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Service name as returned by GET /service */
                    service: string;
                    /**
                     * @description Desired state
                     * @enum {string}
                     */
                    state: "start" | "stop" | "restart";
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        service_status?: {
                            status?: string;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateServerVarnish: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /**
                     * @description Action to run
                     * @enum {string}
                     */
                    action: "enable" | "disable" | "purge";
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /**
                     * @description Action to run
                     * @enum {string}
                     */
                    action: "enable" | "disable" | "purge";
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    getAppVarnishState: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        response?: {
                            varnish_app_enabled?: boolean;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateAppVarnish: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * @description Action to run
                     * @enum {string}
                     */
                    action: "enable" | "disable" | "purge";
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * @description Action to run
                     * @enum {string}
                     */
                    action: "enable" | "disable" | "purge";
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    getOperation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Operation id (number or UUID) */
                operation_id: number | string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationEnvelope"];
                };
            };
        };
    };
    getTask: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Task UUID */
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskStatus"];
                };
            };
        };
    };
    listApps: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        apps?: ({
                            id?: string | number;
                            label?: string;
                            application?: string;
                            server_id?: string | number;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    createApp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Application slug from /apps (wordpress, phpstack, ...) */
                    application: string;
                    /** @description Version from /apps */
                    app_version?: string;
                    /** @description Application label */
                    app_label: string;
                    /** @description Creates or reuses a project with this name and assigns the new app to it */
                    project_name?: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Application slug from /apps (wordpress, phpstack, ...) */
                    application: string;
                    /** @description Version from /apps */
                    app_version?: string;
                    /** @description Application label */
                    app_label: string;
                    /** @description Creates or reuses a project with this name and assigns the new app to it */
                    project_name?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    getApp: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
            };
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        app?: {
                            id?: string | number;
                            label?: string;
                            application?: string;
                            server_id?: string | number;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateAppLabel: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Display label */
                    label: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Display label */
                    label: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOnly"];
                };
            };
        };
    };
    deleteApp: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    cloneApp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Application label */
                    app_label: string;
                    /** @description Creates or reuses a project with this name and assigns the new app to it */
                    project_name?: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Application label */
                    app_label: string;
                    /** @description Creates or reuses a project with this name and assigns the new app to it */
                    project_name?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        app_id?: number | string;
                        operation_id?: number | string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    cloneAppToServer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Target server id */
                    destination_server_id: number;
                    /** @description Application label */
                    app_label?: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Target server id */
                    destination_server_id: number;
                    /** @description Application label */
                    app_label?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TwoServerOperation"];
                };
            };
        };
    };
    createStagingApp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        app_id?: number | string;
                        operation_id?: number | string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    createStagingAppOnServer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Target server id */
                    destination_server_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Target server id */
                    destination_server_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TwoServerOperation"];
                };
            };
        };
    };
    listAppCredentials: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        app_creds?: ({
                            id?: string | number;
                            sys_user?: string;
                            sys_password?: string;
                            ssh_keys?: ({
                                label?: string;
                                ssh_key_id?: string | number;
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    createAppCredential: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description User name */
                    username: string;
                    /**
                     * Format: password
                     * @description Password
                     */
                    password: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description User name */
                    username: string;
                    /**
                     * Format: password
                     * @description Password
                     */
                    password: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        app_cred_id?: number | string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateAppCredential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description App credential id */
                app_cred_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description User name */
                    username: string;
                    /**
                     * Format: password
                     * @description Password
                     */
                    password: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description User name */
                    username: string;
                    /**
                     * Format: password
                     * @description Password
                     */
                    password: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    deleteAppCredential: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description App credential id */
                app_cred_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    updateAppAdminPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description User name */
                    username?: string;
                    /**
                     * Format: password
                     * @description Password
                     */
                    password: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description User name */
                    username?: string;
                    /**
                     * Format: password
                     * @description Password
                     */
                    password: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        response?: {
                            operation_id?: number | string;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateAppCname: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Primary domain */
                    cname: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Primary domain */
                    cname: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    deleteAppCname: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    updateAppAliases: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Extra domains; replaces the whole list */
                    aliases: string[];
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Extra domains; replaces the whole list */
                    aliases: string[];
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    backupApp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    getAppBackupStatus: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOperationRef"];
                };
            };
        };
    };
    deleteAppLocalBackup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    restoreApp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Restore point taken from the backup status result */
                    time: string;
                    /**
                     * @description Type selector
                     * @enum {string}
                     */
                    type?: "complete" | "web" | "db";
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Restore point taken from the backup status result */
                    time: string;
                    /**
                     * @description Type selector
                     * @enum {string}
                     */
                    type?: "complete" | "web" | "db";
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    rollbackAppRestore: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    getAppCronList: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        basic?: ({
                            cmd_type?: string;
                            command?: string;
                            days?: string | number;
                            hours?: string | number;
                            minutes?: string | number;
                            months?: string | number;
                            weekdays?: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        script?: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateAppCronList: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Cron entries: JSON list (is_script=false) or crontab text (is_script=true) */
                    crons: string;
                    /** @description Whether crons is crontab text */
                    is_script: boolean;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Cron entries: JSON list (is_script=false) or crontab text (is_script=true) */
                    crons: string;
                    /** @description Whether crons is crontab text */
                    is_script: boolean;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    updateAppCronOptimizer: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
                /** @description enable or disable */
                status: "enable" | "disable";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOperationRef"];
                };
            };
        };
    };
    updateAppDbPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * Format: password
                     * @description Password
                     */
                    password: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * Format: password
                     * @description Password
                     */
                    password: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    updateAppSymlink: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Symlink target folder */
                    symlink: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Symlink target folder */
                    symlink: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    updateAppWebroot: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Path relative to the app folder, e.g. public_html/public */
                    webroot: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Path relative to the app folder, e.g. public_html/public */
                    webroot: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    updateAppCorsHeader: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * @description enable or disable
                     * @enum {string}
                     */
                    corsHeader: "enable" | "disable";
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * @description enable or disable
                     * @enum {string}
                     */
                    corsHeader: "enable" | "disable";
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOperationRef"];
                };
            };
        };
    };
    updateAppWebpRedirection: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
                /** @description enable or disable */
                status: "enable" | "disable";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        response?: {
                            operation_id?: number | string;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateAppEnforceHttps: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * @description enable or disable
                     * @enum {string}
                     */
                    status: "enable" | "disable";
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * @description enable or disable
                     * @enum {string}
                     */
                    status: "enable" | "disable";
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOperationRef"];
                };
            };
        };
    };
    resetAppPermissions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * @description Owner to apply: sys_user or master_user
                     * @enum {string}
                     */
                    ownership: "sys_user" | "master_user";
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * @description Owner to apply: sys_user or master_user
                     * @enum {string}
                     */
                    ownership: "sys_user" | "master_user";
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOnly"];
                };
            };
        };
    };
    getAppFpmSettings: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        response?: {
                            fpm_enabled?: boolean;
                            settings?: string;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateAppPhpVersion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description PHP version key from /packages */
                    php_version: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description PHP version key from /packages */
                    php_version: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    updateAppFpmSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description PHP-FPM pool directives as text */
                    fpm_setting: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description PHP-FPM pool directives as text */
                    fpm_setting: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    getAppVarnishSettings: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        response?: {
                            varnish_app_enabled?: boolean;
                            varnish_enabled?: boolean;
                            vcl_list?: ({
                                method?: string;
                                type?: string;
                                value?: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateAppVarnishSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Rules, each {method,type,value} */
                    vcl_list: components["schemas"]["VarnishRule"][];
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    getAppSshAccess: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        response?: {
                            ssh_status?: {
                                [key: string]: boolean;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateAppSshAccess: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * @description enable or disable
                     * @enum {string}
                     */
                    update_perms_action: "enable" | "disable";
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * @description enable or disable
                     * @enum {string}
                     */
                    update_perms_action: "enable" | "disable";
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        confirmation?: boolean;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getAppAccessState: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        response?: {
                            app_status?: {
                                [key: string]: boolean;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateAppAccessState: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * @description Desired state
                     * @enum {string}
                     */
                    state: "Enable" | "Disable";
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * @description Desired state
                     * @enum {string}
                     */
                    state: "Enable" | "Disable";
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    getAppSettings: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        application_id?: string | number;
                        from_address?: string | null;
                        cors_header?: number;
                        enforce_https?: number;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateAppGeoIpHeader: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * @description enable or disable
                     * @enum {string}
                     */
                    status: "enable" | "disable";
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * @description enable or disable
                     * @enum {string}
                     */
                    status: "enable" | "disable";
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        response?: {
                            geo_ip?: {
                                [key: string]: boolean;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateAppXmlrpc: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * @description enable or disable
                     * @enum {string}
                     */
                    status: "enable" | "disable";
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * @description enable or disable
                     * @enum {string}
                     */
                    status: "enable" | "disable";
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        response?: {
                            xml_rpc?: {
                                [key: string]: boolean;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateAppDeviceDetection: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
                /** @description enable or disable */
                status: "enable" | "disable";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOperationRef"];
                };
            };
        };
    };
    updateAppIgnoreQueryString: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
                /** @description enable or disable */
                status: "enable" | "disable";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOperationRef"];
                };
            };
        };
    };
    updateAppPhpDirectExecution: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
                /** @description enable or disable */
                status: "enable" | "disable";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOperationRef"];
                };
            };
        };
    };
    updateAppTls: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    tls_version?: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    tls_version?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    purgeAppCache: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOperationRef"];
                };
            };
        };
    };
    updateAppEnvVars: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    data: {
                        [key: string]: unknown;
                    };
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    listStagingTables: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    syncStagingApp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Source application id */
                    source_app_id: number;
                    /** @description Source server id */
                    source_server_id: number;
                    /**
                     * @description Action to run
                     * @enum {string}
                     */
                    action: "push" | "pull";
                    appFiles?: boolean;
                    appFilesType?: string;
                    excludePath?: string[];
                    dbFiles?: boolean;
                    backup?: boolean;
                    table?: boolean;
                    tableSelected?: string[];
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Source application id */
                    source_app_id: number;
                    /** @description Source server id */
                    source_server_id: number;
                    /**
                     * @description Action to run
                     * @enum {string}
                     */
                    action: "push" | "pull";
                    appFiles?: boolean;
                    appFilesType?: string;
                    excludePath?: string[];
                    dbFiles?: boolean;
                    backup?: boolean;
                    table?: boolean;
                    tableSelected?: string[];
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    updateStagingAuth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * @description Action to run
                     * @enum {string}
                     */
                    action: "Enable" | "Disable";
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * @description Action to run
                     * @enum {string}
                     */
                    action: "Enable" | "Disable";
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    updateStagingCredentials: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description User name */
                    username: string;
                    /**
                     * Format: password
                     * @description Password
                     */
                    password: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description User name */
                    username: string;
                    /**
                     * Format: password
                     * @description Password
                     */
                    password: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    getStagingLogs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        logs?: ({
                            action?: string;
                            datetime?: string;
                            result?: string | number;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    deleteStagingBackup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    generateGitKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    getGitKey: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        key?: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listGitBranches: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
                /** @description SSH URL of the repository */
                git_url: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        branches?: string[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    gitClone: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description SSH URL of the repository */
                    git_url: string;
                    /** @description Branch */
                    branch_name: string;
                    /** @description Path under public_html; empty means public_html itself */
                    deploy_path?: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description SSH URL of the repository */
                    git_url: string;
                    /** @description Branch */
                    branch_name: string;
                    /** @description Path under public_html; empty means public_html itself */
                    deploy_path?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    gitPull: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Branch */
                    branch_name: string;
                    /** @description Path under public_html; empty means public_html itself */
                    deploy_path?: string;
                    /** @description SSH URL of the repository */
                    git_url?: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Branch */
                    branch_name: string;
                    /** @description Path under public_html; empty means public_html itself */
                    deploy_path?: string;
                    /** @description SSH URL of the repository */
                    git_url?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    getGitHistory: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        logs?: ({
                            git_url?: string;
                            branch_name?: string;
                            customer_id?: string | number;
                            /** @description Nullable */
                            path?: unknown;
                            result?: string | number;
                            datetime?: string;
                            description?: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    installOwnSsl: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Certificate PEM */
                    ssl_crt: string;
                    /**
                     * Format: password
                     * @description Private key PEM
                     */
                    ssl_key: string;
                    /**
                     * Format: password
                     * @description Password
                     */
                    password?: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Certificate PEM */
                    ssl_crt: string;
                    /**
                     * Format: password
                     * @description Private key PEM
                     */
                    ssl_key: string;
                    /**
                     * Format: password
                     * @description Password
                     */
                    password?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    removeOwnSsl: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    installLetsEncrypt: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * Format: email
                     * @description Contact e-mail for the certificate
                     */
                    ssl_email: string;
                    /** @description True for a wildcard certificate */
                    wild_card: boolean;
                    /** @description Domains the certificate covers */
                    ssl_domains: string[];
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * Format: email
                     * @description Contact e-mail for the certificate
                     */
                    ssl_email: string;
                    /** @description True for a wildcard certificate */
                    wild_card: boolean;
                    /** @description Domains the certificate covers */
                    ssl_domains: string[];
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    createWildcardDns: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * Format: email
                     * @description Contact e-mail for the certificate
                     */
                    ssl_email: string;
                    /** @description True for a wildcard certificate */
                    wild_card: boolean;
                    /** @description Domains the certificate covers */
                    ssl_domains?: string[];
                    /** @description Domain the certificate covers */
                    ssl_domain?: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * Format: email
                     * @description Contact e-mail for the certificate
                     */
                    ssl_email: string;
                    /** @description True for a wildcard certificate */
                    wild_card: boolean;
                    /** @description Domains the certificate covers */
                    ssl_domains?: string[];
                    /** @description Domain the certificate covers */
                    ssl_domain?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        wildcard_ssl?: {
                            message?: string;
                            status?: boolean;
                            wildcard?: {
                                app_prefix?: string;
                                auto?: boolean;
                                is_installed?: boolean;
                                is_verified?: boolean;
                                ssl_domains?: string[];
                                ssl_email?: string;
                                type?: string;
                            } & {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    verifyWildcardDns: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * Format: email
                     * @description Contact e-mail for the certificate
                     */
                    ssl_email: string;
                    /** @description True for a wildcard certificate */
                    wild_card: boolean;
                    /** @description Domains the certificate covers */
                    ssl_domains?: string[];
                    /** @description Domain the certificate covers */
                    ssl_domain?: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /**
                     * Format: email
                     * @description Contact e-mail for the certificate
                     */
                    ssl_email: string;
                    /** @description True for a wildcard certificate */
                    wild_card: boolean;
                    /** @description Domains the certificate covers */
                    ssl_domains?: string[];
                    /** @description Domain the certificate covers */
                    ssl_domain?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        wildcard_ssl?: {
                            message?: string;
                            status?: boolean;
                            wildcard?: {
                                app_prefix?: string;
                                auto?: boolean;
                                is_installed?: boolean;
                                is_verified?: boolean;
                                ssl_domains?: string[];
                                ssl_email?: string;
                                type?: string;
                            } & {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    renewLetsEncrypt: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description True for a wildcard certificate */
                    wild_card: boolean;
                    /**
                     * Format: email
                     * @description Contact e-mail for the certificate
                     */
                    ssl_email?: string;
                    /** @description Domain name */
                    domain?: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description True for a wildcard certificate */
                    wild_card: boolean;
                    /**
                     * Format: email
                     * @description Contact e-mail for the certificate
                     */
                    ssl_email?: string;
                    /** @description Domain name */
                    domain?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    setLetsEncryptAutoRenewal: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Auto-renew on or off */
                    auto: boolean;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Auto-renew on or off */
                    auto: boolean;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    revokeLetsEncrypt: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Domain the certificate covers */
                    ssl_domain: string;
                    /** @description True for a wildcard certificate */
                    wild_card: boolean;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Domain the certificate covers */
                    ssl_domain: string;
                    /** @description True for a wildcard certificate */
                    wild_card: boolean;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    getCsr: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        csr?: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    createCsr: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    ssl_country: string;
                    ssl_state: string;
                    ssl_locality: string;
                    ssl_organization: string;
                    ssl_organizational_unit: string;
                    /**
                     * Format: email
                     * @description Contact e-mail for the certificate
                     */
                    ssl_email: string;
                    /** @description Domain the certificate covers */
                    ssl_domain: string;
                    ssl_san?: boolean;
                    /** @description Domain names */
                    domains?: string[];
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    ssl_country: string;
                    ssl_state: string;
                    ssl_locality: string;
                    ssl_organization: string;
                    ssl_organizational_unit: string;
                    /**
                     * Format: email
                     * @description Contact e-mail for the certificate
                     */
                    ssl_email: string;
                    /** @description Domain the certificate covers */
                    ssl_domain: string;
                    ssl_san?: boolean;
                    /** @description Domain names */
                    domains?: string[];
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    installCsrCertificate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Certificate PEM */
                    ssl_crt: string;
                    /** @description CA bundle PEM */
                    ca_crt?: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Certificate PEM */
                    ssl_crt: string;
                    /** @description CA bundle PEM */
                    ca_crt?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    listWhitelistedIpsSsh: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ip_list?: string[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateWhitelistedIps: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /**
                     * @description Which list: sftp or mysql
                     * @enum {string}
                     */
                    tab: "sftp" | "mysql";
                    /** @description IP address or list, see operation notes */
                    ip: string[];
                    /**
                     * @description Type selector
                     * @enum {string}
                     */
                    type: "sftp" | "mysql";
                    /**
                     * @description allow_all, or block_all (sftp only)
                     * @enum {string}
                     */
                    ipPolicy: "allow_all" | "block_all";
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /**
                     * @description Which list: sftp or mysql
                     * @enum {string}
                     */
                    tab: "sftp" | "mysql";
                    /** @description IP address or list, see operation notes */
                    ip: string[];
                    /**
                     * @description Type selector
                     * @enum {string}
                     */
                    type: "sftp" | "mysql";
                    /**
                     * @description allow_all, or block_all (sftp only)
                     * @enum {string}
                     */
                    ipPolicy: "allow_all" | "block_all";
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    listWhitelistedIpsMysql: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ip_list?: string[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    checkIpBlacklisted: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description IP address or list, see operation notes */
                ip: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ip_status?: boolean;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    allowIpSiab: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description IP address or list, see operation notes */
                    ip: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description IP address or list, see operation notes */
                    ip: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    allowIpAdminer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description IP address or list, see operation notes */
                    ip: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description IP address or list, see operation notes */
                    ip: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    getAppSecurityStatus: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
            };
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        is_active?: boolean;
                        plan?: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    activateAppSecurity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    mp_offer_availed: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    mp_offer_availed: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOnly"];
                };
            };
        };
    };
    deactivateAppSecurity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    app_name: string;
                    feedback_text?: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    app_name: string;
                    feedback_text?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOnly"];
                };
            };
        };
    };
    listAppSecurityScans: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Rows to skip */
                offset?: number;
                /** @description Page size */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        scans?: unknown[];
                        total?: number;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    startAppSecurityScan: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        scan_id?: number | string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getAppSecurityScanStatus: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
            };
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: string;
                        data?: {
                            progress?: number;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getAppSecurityScan: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
            };
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
                /** @description Scan id */
                scan_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        scan_id?: number | string;
                        status?: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listAppSecurityEvents: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
            };
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        events?: unknown[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listAppSecurityIncidents: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
            };
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        incidents?: unknown[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listAppSecurityFiles: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Rows to skip */
                offset?: number;
                /** @description Page size */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        files?: unknown[];
                        total?: number;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    restoreAppSecurityFiles: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    db?: boolean;
                    files: string[];
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    db?: boolean;
                    files: string[];
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOnly"];
                };
            };
        };
    };
    getAppSecurityCleanedDiff: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
            };
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        diff?: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    addAppSecurityIps: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description IP addresses */
                    ips: string;
                    /**
                     * @description List or mode selector
                     * @enum {string}
                     */
                    mode: "allow" | "block";
                    /** @description Lifetime; 0 means permanent */
                    ttl: number;
                    /** @description Free-text reason */
                    reason: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description IP addresses */
                    ips: string;
                    /**
                     * @description List or mode selector
                     * @enum {string}
                     */
                    mode: "allow" | "block";
                    /** @description Lifetime; 0 means permanent */
                    ttl: number;
                    /** @description Free-text reason */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOnly"];
                };
            };
        };
    };
    removeAppSecurityIps: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description IP addresses */
                    ips: string;
                    /**
                     * @description List or mode selector
                     * @enum {string}
                     */
                    mode: "allow" | "block";
                    /** @description Lifetime; 0 means permanent */
                    ttl: number;
                    /** @description Free-text reason */
                    reason: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description IP addresses */
                    ips: string;
                    /**
                     * @description List or mode selector
                     * @enum {string}
                     */
                    mode: "allow" | "block";
                    /** @description Lifetime; 0 means permanent */
                    ttl: number;
                    /** @description Free-text reason */
                    reason: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOnly"];
                };
            };
        };
    };
    listServerSecurityIncidents: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric server id */
                server_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        incidents?: unknown[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listServerSecurityIps: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric server id */
                server_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        ips?: unknown[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    addServerSecurityIps: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric server id */
                server_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description IP addresses */
                    iplist: string[];
                    /**
                     * @description List or mode selector
                     * @enum {string}
                     */
                    mode: "white" | "black";
                    /** @description Lifetime; 0 means permanent */
                    ttl?: number;
                    /** @enum {string} */
                    ttl_type?: "minutes" | "hours";
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description IP addresses */
                    iplist: string[];
                    /**
                     * @description List or mode selector
                     * @enum {string}
                     */
                    mode: "white" | "black";
                    /** @description Lifetime; 0 means permanent */
                    ttl?: number;
                    /** @enum {string} */
                    ttl_type?: "minutes" | "hours";
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOnly"];
                };
            };
        };
    };
    removeServerSecurityIps: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric server id */
                server_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description IP addresses */
                    iplist: string[];
                    /**
                     * @description List or mode selector
                     * @enum {string}
                     */
                    mode: "white" | "black";
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description IP addresses */
                    iplist: string[];
                    /**
                     * @description List or mode selector
                     * @enum {string}
                     */
                    mode: "white" | "black";
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOnly"];
                };
            };
        };
    };
    blockServerCountries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric server id */
                server_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description ISO 3166 alpha-2 codes */
                    countrylist: string[];
                    /** @description Free-text reason */
                    reason?: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description ISO 3166 alpha-2 codes */
                    countrylist: string[];
                    /** @description Free-text reason */
                    reason?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOnly"];
                };
            };
        };
    };
    unblockServerCountries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric server id */
                server_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description ISO 3166 alpha-2 codes */
                    countrylist: string[];
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description ISO 3166 alpha-2 codes */
                    countrylist: string[];
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOnly"];
                };
            };
        };
    };
    getServerSecurityStats: {
        parameters: {
            query: {
                /** @description Series to return */
                "data_types[]": string[];
                /** @description Bucket size, e.g. day */
                group_by: string;
                /** @description Start, epoch seconds */
                start: number;
                /** @description End, epoch seconds */
                end: number;
            };
            header?: never;
            path: {
                /** @description Numeric server id */
                server_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        stats?: {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listServerInfectedDomains: {
        parameters: {
            query?: {
                /** @description Rows to skip */
                offset?: number;
                /** @description Page size */
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Numeric server id */
                server_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        domains?: unknown[];
                        total?: number;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    syncServerInfectedDomains: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric server id */
                server_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOnly"];
                };
            };
        };
    };
    getServerFirewallSettings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric server id */
                server_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        settings?: {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateServerFirewallSettings: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric server id */
                server_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    request_limit?: number;
                    weak_password?: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    request_limit?: number;
                    weak_password?: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOnly"];
                };
            };
        };
    };
    listServerSecurityApps: {
        parameters: {
            query?: {
                /** @description Page number, from 1 */
                page?: number;
                /** @description page limit */
                page_limit?: number;
                /** @description app name */
                app_name?: string;
                /** @description filter by */
                filter_by?: string;
            };
            header?: never;
            path: {
                /** @description Numeric server id */
                server_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        apps?: unknown[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getBotProtection: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: boolean;
                    };
                };
            };
        };
    };
    listBotTraffic: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        logs?: ({
                            ip?: string;
                            status?: string;
                            time?: number;
                            method?: string;
                            path?: string;
                            user_agent?: string;
                            resp_code?: number;
                            country_name?: string;
                            id?: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getBotTrafficSummary: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sinceLastDays?: number;
                        blocked?: number;
                        total?: number;
                        summary?: ({
                            day?: string;
                            total?: number;
                            allowed?: number;
                            blocked?: number;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listBotLogins: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        logs?: ({
                            ip?: string;
                            status?: string;
                            time?: number;
                            message?: string;
                            username?: string;
                            country_name?: string;
                            id?: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getBotLoginSummary: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        sinceLastDays?: number;
                        blocked?: number;
                        total?: number;
                        summary?: ({
                            day?: string;
                            total?: number;
                            succeeded?: number;
                            blocked?: number;
                            failed?: number;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listBadBots: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
                /** @description Page size */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        blocked?: number;
                        logs?: ({
                            botName?: string;
                            visits?: number;
                            allowed?: number;
                            blocked?: number;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listBotWhitelistedIps: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        whitelistedIps?: string[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listBotWhitelistedBots: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        whitelistedBots?: string[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    enableBotProtection: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    disableBotProtection: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    setBotIpWhitelist: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description IP address or list, see operation notes */
                    ip: string;
                    /** @description enable or disable */
                    status: boolean;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description IP address or list, see operation notes */
                    ip: string;
                    /** @description enable or disable */
                    status: boolean;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        whitelistedIps?: string[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    setBotWhitelist: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Bot name */
                    bot: string;
                    /** @description enable or disable */
                    status: boolean;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Bot name */
                    bot: string;
                    /** @description enable or disable */
                    status: boolean;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        whitelistedBots?: string[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listAppVulnerabilities: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
            };
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        data?: {
                            last_fetched_date?: string;
                            wordpress?: {
                                name?: string;
                                slug?: string;
                                current_version?: string;
                                type?: string;
                                is_vulnerable?: number;
                                /** @description List of findings, or a single object */
                                vulnerabilities?: unknown;
                                recommendation?: string;
                                active?: number;
                                created_at?: string;
                                updated_at?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            themes?: ({
                                name?: string;
                                slug?: string;
                                current_version?: string;
                                type?: string;
                                is_vulnerable?: number;
                                /** @description List of findings, or a single object */
                                vulnerabilities?: unknown;
                                recommendation?: string;
                                active?: number;
                                created_at?: string;
                                updated_at?: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                            plugins?: ({
                                name?: string;
                                slug?: string;
                                current_version?: string;
                                type?: string;
                                is_vulnerable?: number;
                                /** @description List of findings, or a single object */
                                vulnerabilities?: unknown;
                                recommendation?: string;
                                active?: number;
                                created_at?: string;
                                updated_at?: string;
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    refreshAppVulnerabilities: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
            };
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        operation_id?: number | string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    createSshKey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Key label */
                    ssh_key_name: string;
                    /** @description Public key text */
                    ssh_key: string;
                    /** @description App credential id; omit for the master user */
                    app_creds_id?: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Key label */
                    ssh_key_name: string;
                    /** @description Public key text */
                    ssh_key: string;
                    /** @description App credential id; omit for the master user */
                    app_creds_id?: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        id?: number | string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateSshKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description SSH key id */
                ssh_key_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Key label */
                    ssh_key_name: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Key label */
                    ssh_key_name: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    deleteSshKey: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description SSH key id */
                ssh_key_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    listProjects: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        projects?: ({
                            id?: string | number;
                            name?: string;
                            user_id?: string | number;
                            is_default?: string | number;
                            created_at?: string;
                            updated_at?: string;
                            image?: string | null;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    createProject: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Name */
                    name: string;
                    /** @description Application ids to place in the project */
                    app_ids: string;
                };
                "application/json": {
                    /** @description Name */
                    name: string;
                    /** @description Application ids to place in the project */
                    app_ids: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        project?: {
                            id?: string | number;
                            name?: string;
                            user_id?: string | number;
                            is_default?: string | number;
                            created_at?: string;
                            updated_at?: string;
                            image?: string | null;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Project id */
                project_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Name */
                    name?: string;
                    /** @description Application ids to place in the project */
                    app_ids?: string;
                };
                "application/json": {
                    /** @description Name */
                    name?: string;
                    /** @description Application ids to place in the project */
                    app_ids?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        project?: {
                            id?: string | number;
                            name?: string;
                            user_id?: string | number;
                            is_default?: string | number;
                            created_at?: string;
                            updated_at?: string;
                            image?: string | null;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    deleteProject: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Project id */
                project_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    listTeamMembers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        contents?: {
                            members?: {
                                [key: string]: {
                                    id?: string | number;
                                    member_mapping_id?: string | number;
                                    name?: string;
                                    email?: string;
                                    status?: string | number;
                                    image?: string | null;
                                    added_on?: string;
                                    role?: string;
                                    account_disabled?: string | number;
                                    acc_cancellation_date?: string | null;
                                    permissions?: {
                                        is_full?: boolean;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                } & {
                                    [key: string]: unknown;
                                };
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    addTeamMember: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Name */
                    name: string;
                    /**
                     * Format: email
                     * @description E-mail address
                     */
                    email: string;
                    /** @description enable or disable */
                    status?: number;
                    role?: string;
                    account?: components["schemas"]["MemberAccess"];
                    servers?: {
                        [key: string]: unknown;
                    };
                    apps?: string[];
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        contents?: {
                            members?: {
                                [key: string]: {
                                    id?: string | number;
                                    member_mapping_id?: string | number;
                                    name?: string;
                                    email?: string;
                                    status?: string | number;
                                    image?: string | null;
                                    added_on?: string;
                                    role?: string;
                                    account_disabled?: string | number;
                                    acc_cancellation_date?: string | null;
                                    permissions?: {
                                        is_full?: boolean;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                } & {
                                    [key: string]: unknown;
                                };
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateTeamMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Member id */
                member_id: number;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": {
                    /** @description Name */
                    name?: string;
                    /**
                     * Format: email
                     * @description E-mail address
                     */
                    email?: string;
                    /** @description enable or disable */
                    status?: number;
                    role?: string;
                    account?: components["schemas"]["MemberAccess"];
                    servers?: {
                        [key: string]: unknown;
                    };
                    apps?: string[];
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        contents?: {
                            members?: {
                                [key: string]: {
                                    id?: string | number;
                                    member_mapping_id?: string | number;
                                    name?: string;
                                    email?: string;
                                    status?: string | number;
                                    image?: string | null;
                                    added_on?: string;
                                    role?: string;
                                    account_disabled?: string | number;
                                    acc_cancellation_date?: string | null;
                                    permissions?: {
                                        is_full?: boolean;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                } & {
                                    [key: string]: unknown;
                                };
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    deleteTeamMember: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Member id */
                member_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    id: number;
                };
                "application/json": {
                    id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        contents?: unknown[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listAlerts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        alerts?: ({
                            id?: number | string;
                            server_id?: number | string;
                            /** @description Nullable */
                            app_id?: unknown;
                            details?: {
                                subject?: string;
                                desc?: string;
                                template_slug?: string;
                                values?: {
                                    [key: string]: string;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            is_read?: number;
                            created_at?: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listAlertsAfter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the last alert of the previous page */
                last_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        alerts?: ({
                            id?: number | string;
                            server_id?: number | string;
                            /** @description Nullable */
                            app_id?: unknown;
                            details?: {
                                subject?: string;
                                desc?: string;
                                template_slug?: string;
                                values?: {
                                    [key: string]: string;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            is_read?: number;
                            created_at?: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    markAlertRead: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Alert id */
                alert_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    markAllAlertsRead: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    listIntegrations: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        integrations?: ({
                            id?: number | string;
                            name?: string;
                            user_id?: number | string;
                            events?: number[];
                            config?: {
                                to?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            created_at?: string;
                            updated_at?: string | null;
                            channel?: number;
                            is_active?: number;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    createIntegration: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Name */
                    name: string;
                    /** @description Channel type id from /integrations/create */
                    channel: number;
                    /** @description Event ids from /integrations/create */
                    events: number[];
                    /** @description Channel switched on */
                    is_active: boolean;
                    /**
                     * Format: email
                     * @description Recipient e-mail (e-mail channel)
                     */
                    to?: string;
                    /** @description Webhook URL (web channels) */
                    url?: string;
                };
                "application/json": {
                    /** @description Name */
                    name: string;
                    /** @description Channel type id from /integrations/create */
                    channel: number;
                    /** @description Event ids from /integrations/create */
                    events: number[];
                    /** @description Channel switched on */
                    is_active: boolean;
                    /**
                     * Format: email
                     * @description Recipient e-mail (e-mail channel)
                     */
                    to?: string;
                    /** @description Webhook URL (web channels) */
                    url?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        integration?: {
                            id?: number | string;
                            name?: string;
                            user_id?: number | string;
                            events?: number[];
                            config?: {
                                to?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            created_at?: string;
                            updated_at?: string | null;
                            channel?: number;
                            is_active?: number;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listIntegrationTypes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        events?: ({
                            id?: number | string;
                            name?: string;
                            type?: string;
                            level?: number;
                        } & {
                            [key: string]: unknown;
                        })[];
                        channels?: {
                            [key: string]: {
                                name?: string;
                                call_type?: string;
                                config?: {
                                    url?: string;
                                    content_type?: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateIntegration: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Integration id */
                channel_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Name */
                    name: string;
                    /** @description Channel type id from /integrations/create */
                    channel: number;
                    /** @description Event ids from /integrations/create */
                    events: number[];
                    /** @description Channel switched on */
                    is_active: boolean;
                    /**
                     * Format: email
                     * @description Recipient e-mail (e-mail channel)
                     */
                    to?: string;
                    /** @description Webhook URL (web channels) */
                    url?: string;
                };
                "application/json": {
                    /** @description Name */
                    name: string;
                    /** @description Channel type id from /integrations/create */
                    channel: number;
                    /** @description Event ids from /integrations/create */
                    events: number[];
                    /** @description Channel switched on */
                    is_active: boolean;
                    /**
                     * Format: email
                     * @description Recipient e-mail (e-mail channel)
                     */
                    to?: string;
                    /** @description Webhook URL (web channels) */
                    url?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        integration?: {
                            id?: number | string;
                            name?: string;
                            user_id?: number | string;
                            events?: number[];
                            config?: {
                                to?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            created_at?: string;
                            updated_at?: string | null;
                            channel?: number;
                            is_active?: number;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    deleteIntegration: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Integration id */
                channel_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    listAddons: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        addons?: {
                            [key: string]: {
                                id?: string | number;
                                label?: string;
                                name?: string;
                                custom_field_1?: string | null;
                                external_link?: string;
                                vendor?: string;
                                binding?: string;
                                form?: string;
                                /** @description Nullable */
                                incompatible?: unknown;
                                view_type?: string | number;
                                sort_order?: string | number;
                                packages?: {
                                    [key: string]: {
                                        id_package?: string | number;
                                        id_addons?: string | number;
                                        package_name?: string;
                                        period?: string;
                                        package_price?: string;
                                        addon_limit?: string | number;
                                        sort_order?: string | number;
                                    } & {
                                        [key: string]: unknown;
                                    };
                                };
                            } & {
                                [key: string]: unknown;
                            };
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    activateAddon: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Add-on id from /addon */
                    addon_id: number;
                    /** @description Package id from /addon */
                    package_id?: number;
                };
                "application/json": {
                    /** @description Add-on id from /addon */
                    addon_id: number;
                    /** @description Package id from /addon */
                    package_id?: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        message?: string;
                        sub?: {
                            id_user_addons?: string | number;
                            status?: string | number;
                            /** @description Nullable */
                            id_package?: unknown;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    deactivateAddon: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Add-on id from /addon */
                    addon_id: number;
                    /** @description Numeric server id */
                    server_id?: number;
                };
                "application/json": {
                    /** @description Add-on id from /addon */
                    addon_id: number;
                    /** @description Numeric server id */
                    server_id?: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        message?: string;
                        sub?: {
                            id_user_addons?: string | number;
                            status?: number;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    upgradeAddon: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Add-on id from /addon */
                    addon_id: number;
                    /** @description Package id from /addon */
                    package_id: number;
                };
                "application/json": {
                    /** @description Add-on id from /addon */
                    addon_id: number;
                    /** @description Package id from /addon */
                    package_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        message?: string;
                        sub?: {
                            id_user_addons?: string | number;
                            status?: string | number;
                            /** @description Nullable */
                            id_package?: unknown;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    activateAddonOnServer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Add-on id from /addon */
                    addon_id: number;
                    /** @description User name */
                    username?: string;
                    /**
                     * Format: password
                     * @description Password
                     */
                    password?: string;
                    /**
                     * @description List or mode selector
                     * @enum {string}
                     */
                    mode?: "enable" | "update";
                    provider?: string;
                    host?: string;
                    port?: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Add-on id from /addon */
                    addon_id: number;
                    /** @description User name */
                    username?: string;
                    /**
                     * Format: password
                     * @description Password
                     */
                    password?: string;
                    /**
                     * @description List or mode selector
                     * @enum {string}
                     */
                    mode?: "enable" | "update";
                    provider?: string;
                    host?: string;
                    port?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    deactivateAddonOnServer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Add-on id from /addon */
                    addon_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Add-on id from /addon */
                    addon_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    requestAddonForApp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Add-on id from /addon */
                    addon_id: number;
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    version?: string;
                };
                "application/json": {
                    /** @description Add-on id from /addon */
                    addon_id: number;
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    version?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    listElasticEmailDomains: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        data?: {
                            domains?: ({
                                domain?: string;
                                spf?: boolean;
                                mx?: boolean;
                                dkim?: boolean;
                                dmarc?: boolean;
                                tracking?: boolean;
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    verifyElasticEmailDomain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Domain name */
                    domain: string;
                };
                "application/json": {
                    /** @description Domain name */
                    domain: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        data?: {
                            domain?: string;
                            spf?: boolean;
                            mx?: boolean;
                            dkim?: boolean;
                            dmarc?: boolean;
                            tracking?: boolean;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    deleteElasticEmailDomain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Domain name */
                    domain: string;
                };
                "application/json": {
                    /** @description Domain name */
                    domain: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        message?: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    requestServerTransfer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /**
                     * Format: email
                     * @description E-mail address
                     */
                    email: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /**
                     * Format: email
                     * @description E-mail address
                     */
                    email: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOnly"];
                };
            };
        };
    };
    getServerTransferStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Nullable */
                        share?: unknown;
                        transfer?: {
                            id?: string | number;
                            name?: string;
                            email?: string;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    cancelServerTransfer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOnly"];
                };
            };
        };
    };
    listSupervisorQueues: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        is_enabled?: boolean;
                        queues_list?: ({
                            id?: string | number;
                            timeout?: string | number;
                            sleep?: string | number;
                            queue?: string;
                            tries?: string | number;
                            env?: string;
                            connection?: string;
                            procs?: string | number;
                            queue_id?: string;
                            artisan_path?: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    createSupervisorQueue: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    queues_list: components["schemas"]["SupervisorQueueInput"][];
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        queues_list?: ({
                            id?: string | number;
                            timeout?: string | number;
                            sleep?: string | number;
                            queue?: string;
                            tries?: string | number;
                            env?: string;
                            connection?: string;
                            procs?: string | number;
                            queue_id?: string;
                            artisan_path?: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    deleteSupervisorQueue: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description id */
                id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        queues_list?: ({
                            id?: string | number;
                            timeout?: string | number;
                            sleep?: string | number;
                            queue?: string;
                            tries?: string | number;
                            env?: string;
                            connection?: string;
                            procs?: string | number;
                            queue_id?: string;
                            artisan_path?: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getSupervisorStatus: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        response?: ({
                            details?: string;
                            queue_id?: string;
                            state?: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    restartSupervisorQueue: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Queue process id, e.g. abcdefghij_1 */
                    queue_id: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Queue process id, e.g. abcdefghij_1 */
                    queue_id: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        response?: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getCloudflareDetails: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        dns?: ({
                            app_id?: string | number;
                            hostname?: string;
                            hostname_id?: string;
                            bandwidth?: string | number;
                            status?: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        /** @description Nullable */
                        mode?: unknown;
                        SP?: unknown[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    addCloudflareDomain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Domain name */
                    domain: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Domain name */
                    domain: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOperation"];
                };
            };
        };
    };
    getCloudflareTxtRecords: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
                /** @description Domain name */
                domain: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        txt_records?: {
                            ownership_verification?: {
                                status?: string;
                                txt_name?: string;
                                txt_value?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            ownership_verification_http?: {
                                type?: string;
                                name?: string;
                                value?: string;
                            } & {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    deleteCloudflareDomain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Domain names */
                    domains: string[];
                    /** @description Account id */
                    customer_id?: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Domain names */
                    domains: string[];
                    /** @description Account id */
                    customer_id?: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    transferCloudflareDomain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Domain names */
                    domains: string[];
                    dest_server_id: number;
                    dest_app_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Domain names */
                    domains: string[];
                    dest_server_id: number;
                    dest_app_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    purgeCloudflareDomain: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Account id */
                    customer_id?: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Account id */
                    customer_id?: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    getCloudflareDnsQuery: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
                /** @description Domain name */
                domain: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        primary_domain?: boolean;
                        primary_domain_name?: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    verifyCloudflareTxtRecords: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Domain name */
                    domain: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Domain name */
                    domain: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        domain_status?: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getCloudflareSmartPurge: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        data?: {
                            deployed?: boolean;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    deployCloudflareSmartPurge: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOperationRef"];
                };
            };
        };
    };
    getCloudflareSettings: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        data?: {
                            setting?: {
                                min_tls_version?: string;
                                early_hints?: string;
                                tls_1_3?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            custom_metadata?: {
                                mirage?: boolean;
                                polish?: string;
                                webp?: boolean;
                                minify_js?: boolean;
                                minify_css?: boolean;
                                minify_html?: boolean;
                                scrapeshield?: boolean;
                                caching?: boolean;
                                edgecaching?: boolean;
                                ua_mode?: string;
                            } & {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateCloudflareSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    caching?: boolean;
                    /** @enum {string} */
                    early_hints?: "on" | "off";
                    edgecaching?: boolean;
                    image_optimization?: string;
                    minification?: boolean;
                    mobile_optimization?: boolean;
                    scrapeshield?: boolean;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    caching?: boolean;
                    /** @enum {string} */
                    early_hints?: "on" | "off";
                    edgecaching?: boolean;
                    image_optimization?: string;
                    minification?: boolean;
                    mobile_optimization?: boolean;
                    scrapeshield?: boolean;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOperationRef"];
                };
            };
        };
    };
    getCloudflareAnalytics: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Look-back window in minutes */
                mins: number;
            };
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        data?: ({
                            cachStatus?: ({
                                count?: number;
                                dimensions?: {
                                    metric?: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                sum?: {
                                    edgeResponseBytes?: number;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            })[];
                            topCountries?: ({
                                count?: number;
                                dimensions?: {
                                    metric?: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                sum?: {
                                    edgeResponseBytes?: number;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            })[];
                            topIPs?: ({
                                count?: number;
                                dimensions?: {
                                    metric?: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                sum?: {
                                    edgeResponseBytes?: number;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            })[];
                            topUriPaths?: ({
                                count?: number;
                                dimensions?: {
                                    metric?: string;
                                } & {
                                    [key: string]: unknown;
                                };
                                sum?: {
                                    edgeResponseBytes?: number;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            })[];
                            total?: ({
                                avg?: {
                                    sampleInterval?: number;
                                } & {
                                    [key: string]: unknown;
                                };
                                count?: number;
                                sum?: {
                                    edgeResponseBytes?: number;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getCloudflareSecurityAnalytics: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Look-back window in minutes */
                mins: number;
            };
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        data?: ({
                            eventByServices?: ({
                                count?: number;
                                dimensions?: {
                                    metric?: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            })[];
                            topCountries?: ({
                                count?: number;
                                dimensions?: {
                                    metric?: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            })[];
                            topIPs?: ({
                                count?: number;
                                dimensions?: {
                                    metric?: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            })[];
                            total?: ({
                                count?: number;
                                dimensions?: {
                                    metric?: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            })[];
                            totalAction?: ({
                                count?: number;
                                dimensions?: {
                                    metric?: string;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            })[];
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getCloudflareLogpushAnalytics: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        data?: unknown[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getCloudflareLogpushSecurity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        data?: unknown[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listAvailableSafeUpdates: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOperationRef"];
                };
            };
        };
    };
    runSafeUpdate: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id?: number;
                    core?: string;
                    plugin?: string[];
                    theme?: string[];
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id?: number;
                    core?: string;
                    plugin?: string[];
                    theme?: string[];
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOperationRef"];
                };
            };
        };
    };
    getSafeUpdatesStatus: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
            };
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        data?: {
                            is_active?: boolean;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    setSafeUpdatesStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    enable: string;
                    app_name?: string;
                    feedback?: string;
                    options?: {
                        [key: string]: unknown;
                    }[];
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        data?: {
                            [key: string]: string | number;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listSafeUpdatesApps: {
        parameters: {
            query?: {
                /** @description Numeric server id */
                server_id?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        updates_list?: ({
                            app_id?: string | number;
                            is_enable?: string | number;
                            update_slot?: string | number;
                            update_day?: string | number;
                            core?: string;
                            plugins?: {
                                require?: number;
                            } & {
                                [key: string]: unknown;
                            };
                            theme?: {
                                require?: number;
                            } & {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getSafeUpdatesSettings: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
            };
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        settings?: {
                            id?: string | number;
                            app_id?: string | number;
                            is_update_enable?: string | number;
                            update_list?: {
                                plugin?: string[];
                                theme?: unknown[];
                                core?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            available_update_list?: {
                                plugin?: unknown[];
                                theme?: unknown[];
                                core?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            update_slot?: string;
                            update_day?: string;
                            updated_at?: string;
                            notification_email?: string;
                            pre_notification?: string | number;
                            successful_updates?: string | number;
                            failed_updates?: string | number;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateSafeUpdatesSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @enum {string} */
                    core?: "yes" | "no";
                    emails?: string;
                    failed_updates?: number;
                    plugin?: string[];
                    pre_notification?: number;
                    /** @description enable or disable */
                    status?: number;
                    successful_updates?: number;
                    theme?: string[];
                    update_day?: number;
                    update_slot?: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @enum {string} */
                    core?: "yes" | "no";
                    emails?: string;
                    failed_updates?: number;
                    plugin?: string[];
                    pre_notification?: number;
                    /** @description enable or disable */
                    status?: number;
                    successful_updates?: number;
                    theme?: string[];
                    update_day?: number;
                    update_slot?: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatusOnly"];
                };
            };
        };
    };
    getSafeUpdatesSchedule: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
            };
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        updates_list?: {
                            core?: string;
                            themes?: {
                                selected?: number;
                                updated?: number;
                            } & {
                                [key: string]: unknown;
                            };
                            plugins?: {
                                selected?: number;
                                updated?: number;
                            } & {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getSafeUpdatesHistory: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
            };
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        history?: ({
                            id?: string | number;
                            app_id?: string | number;
                            message?: string;
                            updates?: {
                                core?: string;
                                themes?: {
                                    selected?: number;
                                    updated?: number;
                                } & {
                                    [key: string]: unknown;
                                };
                                plugins?: {
                                    selected?: number;
                                    updated?: number;
                                } & {
                                    [key: string]: unknown;
                                };
                            } & {
                                [key: string]: unknown;
                            };
                            status?: string | number;
                            type?: string | number;
                            created_at?: string;
                            update_date?: string;
                            reason?: string;
                            case?: number;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getServerMonitorSummary: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Type selector */
                type: "bw" | "db";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        content?: ({
                            name?: string;
                            /** @description [value_mb, epoch] or a list of such pairs */
                            datapoint?: unknown[];
                            type?: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getServerMonitorDetail: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Metric name from /monitor_targets */
                target: string;
                /** @description Time window */
                duration: string;
                /** @description Timezone name */
                timezone: string;
                /** @description output format */
                output_format?: "json" | "svg";
                /** @description storage */
                storage?: boolean;
                /** @description server type */
                server_type?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        contents?: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getServerUsage: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationOrTask"];
                };
            };
        };
    };
    getAppMonitorSummary: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
                /** @description Type selector */
                type: "bw" | "db";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        content?: ({
                            name?: string;
                            /** @description [value_mb, epoch] or a list of such pairs */
                            datapoint?: unknown[];
                            type?: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getAppMonitorDetail: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
                /** @description Timezone name */
                timezone: string;
                /** @description Metric name from /monitor_targets */
                target: string;
                /** @description Time window */
                duration: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        contents?: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getAppTraffic: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
                /** @description Time window */
                duration: "15m" | "30m" | "1h" | "1d";
                /** @description Data set selector */
                resource: "top_ips" | "top_bots" | "top_urls" | "top_statuses";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationOrTask"];
                };
            };
        };
    };
    getAppPhpAnalytics: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
                /** @description Time window */
                duration: "15m" | "30m" | "1h" | "1d";
                /** @description Data set selector */
                resource: "url_durations" | "processes" | "slow_pages";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationOrTask"];
                };
            };
        };
    };
    getAppMysqlAnalytics: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
                /** @description Time window */
                duration: "15m" | "30m" | "1h" | "1d";
                /** @description Data set selector */
                resource: "running_queries" | "slow_queries";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationOrTask"];
                };
            };
        };
    };
    getAppTrafficDetails: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    from: string;
                    until: string;
                    /**
                     * @description Data set selector
                     * @enum {string}
                     */
                    resource: "top_ips" | "top_bots" | "top_urls" | "top_statuses";
                    /** @description Values returned by the traffic call to drill into */
                    resource_list?: string[];
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    from: string;
                    until: string;
                    /**
                     * @description Data set selector
                     * @enum {string}
                     */
                    resource: "top_ips" | "top_bots" | "top_urls" | "top_statuses";
                    /** @description Values returned by the traffic call to drill into */
                    resource_list?: string[];
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationOrTask"];
                };
            };
        };
    };
    getAppCronAnalytics: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationOrTask"];
                };
            };
        };
    };
    listDnsDomains: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        domains?: ({
                            uid?: string;
                            name?: string;
                            query_usage?: string;
                            status?: string;
                            nameservers?: string[];
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    addDnsDomains: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Domain names */
                    names: string[];
                };
                "application/json": {
                    /** @description Domain names */
                    names: string[];
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        message?: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    deleteDnsDomains: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Domain UUIDs */
                    ids: string[];
                };
                "application/json": {
                    /** @description Domain UUIDs */
                    ids: string[];
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        deleted?: boolean;
                        message?: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getDnsDomainStatus: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Domain UUID */
                domain_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listDnsRecords: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Domain UUID */
                domain_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        records?: ({
                            uid?: string;
                            type?: string;
                            attributes?: {
                                ttl?: number;
                                name?: string;
                                value?: string;
                                failed?: boolean;
                                source?: number;
                                monitor?: boolean;
                                failover?: boolean;
                                hardLink?: boolean;
                                dynamicDns?: boolean;
                                gtdLocation?: string;
                            } & {
                                [key: string]: unknown;
                            };
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    addDnsRecords: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Domain UUID */
                domain_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description DNS records */
                    records: components["schemas"]["DnsRecordInput"][];
                    /** @description Domain UUID */
                    domain_id?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        records?: ({
                            uid?: string;
                            type?: string;
                            attributes?: {
                                ttl?: number;
                                name?: string;
                                value?: string;
                                failed?: boolean;
                                source?: number;
                                monitor?: boolean;
                                failover?: boolean;
                                hardLink?: boolean;
                                dynamicDns?: boolean;
                                gtdLocation?: string;
                            } & {
                                [key: string]: unknown;
                            };
                            created_at?: string;
                            updated_at?: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    deleteDnsRecords: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Domain UUID */
                domain_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Record UUIDs */
                    records_id: string[];
                    /** @description Domain UUID */
                    domain_id?: string;
                };
                "application/json": {
                    /** @description Record UUIDs */
                    records_id: string[];
                    /** @description Domain UUID */
                    domain_id?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        message?: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateDnsRecord: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Domain UUID */
                domain_id: string;
                /** @description Record UUID */
                record_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    record: components["schemas"]["DnsRecordInput"];
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        message?: string;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getDnsUsage: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Domain UUID */
                domain_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        usage?: ({
                            date?: string;
                            query_usage?: number;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listCopilotPlans: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data?: ({
                            id?: number | string;
                            name?: string;
                            price?: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        prev_plans?: unknown[];
                        pending_downgrade_request?: string | null;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getCopilotStatus: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data?: {
                            plan_name?: string;
                            status?: string;
                            expires_at?: string;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    subscribeCopilot: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Plan id */
                    plan_id: number;
                };
                "application/json": {
                    /** @description Plan id */
                    plan_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        data?: {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    cancelCopilot: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        data?: {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    changeCopilotPlan: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Plan id */
                    plan_id: number;
                    touchpoint?: string;
                };
                "application/json": {
                    /** @description Plan id */
                    plan_id: number;
                    touchpoint?: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        data?: {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getCopilotBilling: {
        parameters: {
            query?: {
                /** @description billing cycle */
                billing_cycle?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data?: {
                            cycle_start?: string;
                            cycle_end?: string;
                            credits_used?: number;
                        } & {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getCopilotServerSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data?: ({
                            server_id?: number | string;
                            insights_enabled?: boolean;
                        } & {
                            [key: string]: unknown;
                        })[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    updateCopilotServerSettings: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    insights_enabled: boolean;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    insights_enabled: boolean;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        status?: boolean;
                        data?: {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getInsightsSummary: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data?: {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    listInsights: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data?: unknown[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getInsight: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Alert id */
                alert_id: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        data?: {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    searchKnowledgeBase: {
        parameters: {
            query: {
                /** @description kb title */
                kb_title: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        articles?: ({
                            guid?: string;
                            post_title?: string;
                        } & {
                            [key: string]: unknown;
                        })[];
                        articles_found?: number;
                        status?: number;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    rollbackStagingSync: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OperationRef"];
                };
            };
        };
    };
    listRackspaceMailboxes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        mailboxes?: unknown[];
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getLegacyCdn: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        cdn?: {
                            [key: string]: unknown;
                        };
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    setupLegacyCdn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Webhook URL (web channels) */
                    url: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                    /** @description Webhook URL (web channels) */
                    url: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    updateLegacyCdn: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Webhook URL (web channels) */
                    url: string;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Webhook URL (web channels) */
                    url: string;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    deleteLegacyCdn: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Numeric application id */
                app_id: number;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    activateLegacyCdn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
    getLegacyCdnBandwidth: {
        parameters: {
            query: {
                /** @description Numeric server id */
                server_id: number;
                /** @description Numeric application id */
                app_id: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        bandwidth?: number;
                    } & {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    purgeLegacyCdn: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-www-form-urlencoded": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
                "application/json": {
                    /** @description Numeric server id */
                    server_id: number;
                    /** @description Numeric application id */
                    app_id: number;
                };
            };
        };
        responses: {
            /** @description Success */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Empty"];
                };
            };
        };
    };
}
