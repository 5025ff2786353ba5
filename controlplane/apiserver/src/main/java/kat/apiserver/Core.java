package kat.apiserver;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kat.api.Kinds;
import kat.api.json.JsonObject;
import kat.api.schema.Schemas;
import kat.apiserver.actions.Actions;
import kat.apiserver.actions.DisruptionBudgets;
import kat.apiserver.actions.PartAdmission;
import kat.apiserver.actions.Patches;
import kat.apiserver.actions.PodActions;
import kat.apiserver.actions.Reviews;
import kat.apiserver.actions.Scales;
import kat.apiserver.actions.TokenRequests;
import kat.apiserver.actions.UsedTokens;
import kat.apiserver.admission.AgentRequests;
import kat.apiserver.admission.Plugins;
import kat.apiserver.auth.AccountObjects;
import kat.apiserver.auth.Authenticator;
import kat.apiserver.auth.Authorizer;
import kat.apiserver.auth.Authorizers;
import kat.apiserver.auth.BootstrapTokens;
import kat.apiserver.auth.CertificateLogin;
import kat.apiserver.auth.CountedAuthorizer;
import kat.apiserver.auth.Deciders;
import kat.apiserver.auth.FrontProxy;
import kat.apiserver.auth.NodeAuthorizer;
import kat.apiserver.auth.NodeReach;
import kat.apiserver.auth.RbacAuthorizer;
import kat.apiserver.auth.ServiceAccountTokens;
import kat.apiserver.auth.TokenLogin;
import kat.apiserver.auth.TokenSigner;
import kat.apiserver.auth.User;
import kat.apiserver.custom.Conversions;
import kat.apiserver.custom.Definitions;
import kat.apiserver.custom.Writing;
import kat.apiserver.dynamic.DynamicAdmission;
import kat.apiserver.measure.AddressMetrics;
import kat.apiserver.measure.CelMetrics;
import kat.apiserver.measure.ConversionMetrics;
import kat.apiserver.measure.CredentialMetrics;
import kat.apiserver.measure.StoreMetrics;
import kat.apiserver.registry.Admission;
import kat.apiserver.registry.Deleter;
import kat.apiserver.registry.Intake;
import kat.apiserver.registry.Machinery;
import kat.apiserver.registry.Names;
import kat.apiserver.registry.Reader;
import kat.apiserver.registry.Resources;
import kat.apiserver.registry.SchemaMachinery;
import kat.apiserver.registry.Writer;
import kat.apiserver.services.AddressObjects;
import kat.apiserver.services.ServiceReservations;
import kat.apiserver.webhook.AccessWebhook;
import kat.apiserver.webhook.AuthorizationConfig;
import kat.apiserver.webhook.AuthorizationConfig.BuiltIn;
import kat.apiserver.webhook.TokenWebhook;
import kat.apiserver.webhook.TokenWebhookConfig;
import kat.apiserver.webhook.WebhookClient;
import kat.base.Randomness;
import kat.base.Threads;
import kat.base.Ticker;
import kat.base.metrics.Metrics;
import kat.store.Store;
import org.jspecify.annotations.Nullable;

/// What both ways into the API share.
record Core(
        Store store,
        Resources resources,
        Reader reader,
        Writer writer,
        Deleter deleter,
        Actions actions,
        Intake intake,
        Authorizer authorizer,
        RbacAuthorizer roles,
        Authenticator authenticator,
        Reviews reviews,
        Definitions definitions,
        String issuer,
        Threads threads,
        DynamicAdmission dynamic) {

    /// What comes from outside.
    ///
    /// @param fixedTokens users by token
    /// @param users signs users' certificates; null where nobody signs in by one
    /// @param proxy who may speak for others; null for nobody
    /// @param further who else may sign in
    /// @param guards who judges tokens and rights, and which features are on
    /// @param metrics where what happens is counted
    record Outside(
            Store store,
            Ticker ticker,
            Randomness randomness,
            KeyPair tokenKey,
            Map<String, User> fixedTokens,
            @Nullable X509Certificate users,
            @Nullable FrontProxy proxy,
            Authenticator.Further further,
            ApiServerConfig.Guards guards,
            Metrics metrics) {}

    static Core create(ApiServerConfig.Services config, Outside outside) {
        Store store = outside.store();
        Ticker ticker = outside.ticker();
        Resources resources = new Resources(Kinds.builtIn());
        StoreMetrics stored = new StoreMetrics(outside.metrics(), ticker);
        Reader reader = new Reader(store, stored);
        CredentialMetrics shown = new CredentialMetrics(outside.metrics());
        RbacAuthorizer roles = new RbacAuthorizer(store, reader, resources);
        WebhookClient webhooks = new WebhookClient(reader, resources, ticker);
        Authorizer authorizer =
                authorizers(outside, nodes(reader, resources), roles, webhooks, shown);
        DynamicAdmission dynamic = dynamic(outside, reader, resources, authorizer, webhooks);
        Writer.Clock clock = new Writer.Clock(ticker, new Names(outside.randomness()));
        Deciders deciders = new Deciders(authorizer, roles);
        Admission admission = Plugins.standard(reader, resources, deciders, clock, dynamic);
        Machinery machinery = machinery(outside);
        ServiceReservations services = reservations(config, outside, machinery, reader, resources);
        Writer writer =
                new Writer(new Writer.Below(store, stored), machinery, admission, services, clock);
        Deleter deleter = new Deleter(reader, writer, admission, ticker);
        Intake intake = new Intake(Schemas.builtIn(), resources);
        AccountObjects objects = new AccountObjects(reader, resources);
        ServiceAccountTokens tokens = tokens(outside, objects, writer, config.domain(), shown);
        DisruptionBudgets budgets = new DisruptionBudgets(reader, resources, writer, ticker);
        PartAdmission parts = new PartAdmission(admission);
        Actions.Below below =
                new Actions.Below(
                        new PodActions(writer, deleter, budgets, ticker),
                        new Scales(writer, parts),
                        new TokenRequests(reader, resources, tokens, ticker),
                        parts,
                        new AgentRequests(reader, resources, authorizer));
        Actions actions = new Actions(writer, new Patches(Schemas.builtIn()), intake, below);
        Authenticator authenticator =
                new Authenticator(
                        outside.fixedTokens(),
                        tokens,
                        new BootstrapTokens(objects, ticker),
                        new CertificateLogin(ticker, outside.users(), outside.proxy(), shown),
                        further(outside, webhooks, tokens.issuer()));
        Reviews reviews = new Reviews(deciders, authenticator, machinery, ticker);
        Conversions conversions = conversions(outside, webhooks);
        Writing writing = new Writing(writer, deleter, conversions);
        return new Core(
                store,
                resources,
                reader,
                writer,
                deleter,
                actions,
                intake,
                authorizer,
                roles,
                authenticator,
                reviews,
                new Definitions(store, reader, writing, resources, ticker),
                tokens.issuer(),
                ticker.threads(),
                dynamic);
    }

    private static Machinery machinery(Outside outside) {
        CelMetrics times = new CelMetrics(outside.metrics(), outside.ticker());
        return new SchemaMachinery(outside.ticker(), outside.guards().gates(), times);
    }

    private static Conversions conversions(Outside outside, WebhookClient webhooks) {
        ConversionMetrics metrics = new ConversionMetrics(outside.metrics(), outside.ticker());
        return new Conversions(webhooks, outside.randomness(), metrics);
    }

    private static DynamicAdmission dynamic(
            Outside outside,
            Reader reader,
            Resources resources,
            Authorizer authorizer,
            WebhookClient webhooks) {
        return new DynamicAdmission(
                new DynamicAdmission.Below(
                        outside.store(), reader, resources, authorizer, webhooks),
                outside.metrics(),
                outside.ticker(),
                outside.randomness());
    }

    private static Authenticator.Further further(
            Outside outside, WebhookClient webhooks, String audience) {
        Authenticator.Further further = outside.further();
        TokenWebhookConfig config = outside.guards().tokenWebhook();
        if (config == null) {
            return further;
        }
        List<TokenLogin> logins = new ArrayList<>(further.logins());
        logins.add(new TokenWebhook(config, webhooks, audience, outside.ticker()));
        return new Authenticator.Further(logins, further.anonymous());
    }

    private static ServiceAccountTokens tokens(
            Outside outside,
            AccountObjects objects,
            Writer writer,
            String domain,
            CredentialMetrics credentials) {
        Ticker ticker = outside.ticker();
        UsedTokens used = new UsedTokens(writer, objects.resources().require(Kinds.SECRET), ticker);
        return new ServiceAccountTokens(
                new TokenSigner(outside.tokenKey()),
                objects,
                new ServiceAccountTokens.Around(ticker, used, credentials),
                new Names(outside.randomness()),
                "https://kubernetes.default.svc." + domain);
    }

    private static Authorizer nodes(Reader reader, Resources resources) {
        List<JsonObject> rules = BootstrapData.rulesOf("system:node");
        return new NodeAuthorizer(new NodeReach(reader, resources), rules);
    }

    /// Administrators come first, whatever is configured.
    private static Authorizer authorizers(
            Outside outside,
            Authorizer nodes,
            RbacAuthorizer roles,
            WebhookClient webhooks,
            CredentialMetrics metrics) {
        List<Authorizer> parts = new ArrayList<>();
        parts.add((user, _) -> new Authorizer.Decision(user.isMaster(), ""));
        for (AuthorizationConfig.Mode mode : outside.guards().authorization().modes()) {
            parts.add(
                    switch (mode) {
                        case BuiltIn.NODE -> counted(metrics, "Node", nodes);
                        case BuiltIn.RBAC -> counted(metrics, "RBAC", roles);
                        case BuiltIn.ALWAYS_ALLOW ->
                                counted(
                                        metrics,
                                        "AlwaysAllow",
                                        (_, _) -> new Authorizer.Decision(true, ""));
                        case BuiltIn.ALWAYS_DENY ->
                                counted(
                                        metrics,
                                        "AlwaysDeny",
                                        (_, _) ->
                                                new Authorizer.Decision(
                                                        false, "Everything is forbidden."));
                        case AuthorizationConfig.Webhook webhook ->
                                new CountedAuthorizer(
                                        new AccessWebhook(webhook, webhooks, outside.ticker()),
                                        metrics.decisions("Webhook", webhook.name()));
                    });
        }
        return new Authorizers(parts);
    }

    /// The parts of the server are named after their type.
    private static Authorizer counted(CredentialMetrics metrics, String type, Authorizer part) {
        String name = type.toLowerCase(Locale.ROOT);
        return new CountedAuthorizer(part, metrics.decisions(type, name));
    }

    private static ServiceReservations reservations(
            ApiServerConfig.Services services,
            Outside outside,
            Machinery machinery,
            Reader reader,
            Resources resources) {
        Names names = new Names(outside.randomness());
        Writer.Clock clock = new Writer.Clock(outside.ticker(), names);
        ServiceReservations.Ranges ranges =
                new ServiceReservations.Ranges(
                        services.ranges(), services.firstNodePort(), services.lastNodePort());
        return new ServiceReservations(
                new ServiceReservations.Stored(outside.store(), reader, resources),
                new AddressObjects(reader, resources, machinery, clock),
                ranges,
                outside.randomness(),
                new AddressMetrics(outside.metrics(), outside.ticker()));
    }
}
