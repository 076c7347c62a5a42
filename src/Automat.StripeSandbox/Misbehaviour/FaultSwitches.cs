using System.ComponentModel.DataAnnotations;

namespace Automat.StripeSandbox.Misbehaviour;

/// <summary>What a call to the API meets.</summary>
internal enum ApiFault { None, Fail, Timeout, LoseAnswer }

/// <summary>The switches as they stand; counted ones count down.</summary>
internal sealed class FaultSwitches
{
    private const int LongestWaitMs = 600_000;
    private readonly Lock gate = new();
    private Faults faults = new();

    public Faults Now
    {
        get
        {
            lock (gate) return faults;
        }
    }

    /// <summary>Puts new switches in place of all there were.</summary>
    /// <exception cref="ValidationException">A number is out of range.</exception>
    public void Set(Faults next)
    {
        Check(next.Webhooks.Duplicate, 0, 100, "webhooks.duplicate");
        Check(next.Webhooks.DelayMs, 0, LongestWaitMs, "webhooks.delay_ms");
        Check(next.Webhooks.Reorder, 0, Limits.HeldForReorder, "webhooks.reorder");
        Check(next.Webhooks.DropNext, 0, int.MaxValue, "webhooks.drop_next");
        Check(next.Api.FailNext, 0, int.MaxValue, "api.fail_next");
        Check(next.Api.TimeoutNext, 0, int.MaxValue, "api.timeout_next");
        Check(next.Api.LoseAnswerNext, 0, int.MaxValue, "api.lose_answer_next");
        Check(next.Api.LatencyMs, 0, LongestWaitMs, "api.latency_ms");
        if (next.Api.FailStatus is not (409 or 429 or (>= 500 and <= 599)))
            throw new ValidationException("api.fail_status must be 409, 429 or 500 to 599.");
        lock (gate) faults = next;
    }

    /// <summary>The fault for this call, counted.</summary>
    /// <param name="call">Method and path.</param>
    public ApiFault TakeApi(string call)
    {
        lock (gate)
        {
            var api = faults.Api;
            if (api.Only is not null && !call.Contains(api.Only, StringComparison.OrdinalIgnoreCase))
                return ApiFault.None;
            if (api.FailNext > 0)
            {
                faults = faults with { Api = api with { FailNext = api.FailNext - 1 } };
                return ApiFault.Fail;
            }
            if (api.TimeoutNext > 0)
            {
                faults = faults with { Api = api with { TimeoutNext = api.TimeoutNext - 1 } };
                return ApiFault.Timeout;
            }
            if (api.LoseAnswerNext == 0) return ApiFault.None;
            faults = faults with { Api = api with { LoseAnswerNext = api.LoseAnswerNext - 1 } };
            return ApiFault.LoseAnswer;
        }
    }

    /// <summary>Whether this event is lost, counted.</summary>
    public bool TakeDrop(string type)
    {
        lock (gate)
        {
            var webhooks = faults.Webhooks;
            if (!Applies(webhooks, type)) return false;
            if (webhooks.DropAll) return true;
            if (webhooks.DropNext == 0) return false;
            faults = faults with { Webhooks = webhooks with { DropNext = webhooks.DropNext - 1 } };
            return true;
        }
    }

    public static bool Applies(WebhookFaults faults, string type) =>
        faults.Only is null || type.StartsWith(faults.Only, StringComparison.Ordinal);

    private static void Check(int value, int least, int most, string name)
    {
        if (value < least || value > most) throw new ValidationException($"{name} must be from {least} to {most}.");
    }
}
