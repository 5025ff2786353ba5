package kat.apiserver.custom;

import kat.api.custom.Definition;
import kat.apiserver.registry.CustomForm;
import kat.apiserver.webhook.WebhookClient;
import kat.base.Randomness;

/// Gives each definition its way to convert between versions.
public final class Conversions {

    private final WebhookClient client;
    private final Randomness randomness;

    public Conversions(WebhookClient client, Randomness randomness) {
        this.client = client;
        this.randomness = randomness;
    }

    CustomForm.Conversion of(Definition definition) {
        return definition.conversion().string("strategy").equals("Webhook")
                ? new ConversionWebhook(client, randomness, definition)
                : CustomForm.NONE;
    }
}
