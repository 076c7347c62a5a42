using System.Text;
using Automat.Server.Demo;

namespace Automat.Server.Cli;

/// <summary>What the console shows when the server runs: addresses, and in the demo sign-ins and what to try.</summary>
internal static class Banner
{
    public static string Of(AutomatServer server)
    {
        var text = new StringBuilder();
        text.AppendLine();
        text.AppendLine("  Automat is running. Ctrl-C stops everything.");
        text.AppendLine();
        Line(text, "shop", server.Http.ToString());
        Line(text, "MQTT", server.Settings.Mqtt.Outside?.ToString() ?? $"mqtt://127.0.0.1:{server.MqttPort}");
        if (server.MqttTlsPort is { } tls) Line(text, "MQTT with TLS", $"mqtts://127.0.0.1:{tls}");
        Line(text, "robots", $"tcp://127.0.0.1:{server.RobotPort}");
        if (server.Sandbox is { } sandbox) Line(text, "Stripe sandbox", $"{sandbox.BaseAddress}_sandbox");
        Line(text, "health", new Uri(server.Http, "/health").ToString());
        Line(text, "database", server.Database.Description);
        if (server.FirstAdministratorLink is { } link)
        {
            text.AppendLine();
            text.AppendLine("  Nobody can sign in yet. The first administrator signs up here, once, within a day:");
            Line(text, "first sign-up", link);
        }

        if (server.Secrets is { } secrets) Demo(text, server, secrets);
        return text.ToString();
    }

    private static void Demo(StringBuilder text, AutomatServer server, DemoSecrets secrets)
    {
        text.AppendLine();
        text.AppendLine("  Demo sign-ins (kept in the data folder)");
        Line(text, "administrator", $"{DemoSignIns.Administrator}  {secrets.Password}");
        Line(text, "operator", $"{DemoSignIns.Operator}  {secrets.Password}");
        Line(text, "auditor", $"{DemoSignIns.Auditor}  {secrets.Password}");
        Line(text, "sign in", new Uri(server.Http, "/sign-in").ToString());
        Line(text, "existing pages", $"{DemoSignIns.ExistingAdministrator}  {secrets.Password}");
        Line(text, "API key", secrets.ApiKey);
        Line(text, "machines", $"cab001, robot-1, snack-1, fridge-1, mdb-1  secret {secrets.MachineSecret}");
        Line(text, "chip", $"UID {DemoChips.Printed}");
        if (server.Sandbox is { } sandbox) Line(text, "webhook secret", sandbox.WebhookSecret);
        text.AppendLine();
        text.AppendLine("  Try");
        Line(text, "buy", $"{new Uri(server.Http, "/m/cab001")}  (card 4242 4242 4242 4242)");
        Line(text, "pick up", new Uri(server.Http, "/m/robot-1").ToString());
        Line(text, "watch", $"mosquitto_sub -p {server.MqttPort} -u cab001 -P {secrets.MachineSecret} -t 'arcade/machine/cab001/#' -v");
        Line(text, "check books", "automat ledger verify   (dotnet run --project src/Automat.Server -- ledger verify)");
    }

    private static void Line(StringBuilder text, string what, string value) =>
        text.Append("    ").Append(what.PadRight(16)).AppendLine(value);
}
