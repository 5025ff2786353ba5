package kat.apiserver.custom;

import kat.api.custom.Definition;
import kat.apiserver.measure.ConversionMetrics;
import kat.apiserver.registry.CustomForm;
import kat.apiserver.webhook.WebhookClient;
import kat.base.Randomness;

/// Gives each definition its way to convert between versions.
public final class Conversions {

    private final WebhookClient client;
    private final Randomness randomness;
    private final ConversionMetrics metrics;

    /// @param metrics where questions to webhooks are counted
    public Conversions(WebhookClient client, Randomness randomness, ConversionMetrics metrics) {
        this.metrics = metrics;
        this.client = client;
        this.randomness = randomness;
    }

    CustomForm.Conversion of(Definition definition) {
        return definition.conversion().string("strategy").equals("Webhook")
                ? new ConversionWebhook(client, randomness, metrics, definition)
                : CustomForm.NONE;
    }
}
