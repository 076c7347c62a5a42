using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using Automat.Protocol;
using Automat.Simulator.Faults;
using Automat.Simulator.Running;

namespace Automat.Simulator.Machines.Native;

/// <summary>The signed HTTP line, as an ESP32 in a vending machine speaks it, and all that can happen to it.</summary>
internal sealed class HttpDeviceLine(MachineIdentity who, Surroundings world, FaultPlan faults, DriftingClock clock) : IDeviceLine
{
    private const int PollSeconds = 25;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan GiveUp = TimeSpan.FromMilliseconds(300);

    private readonly Channel<DeviceCommand> commands = Channel.CreateUnbounded<DeviceCommand>();
    private readonly CancellationTokenSource stop = new();
    private readonly SignedSender sender = new(who, world, clock);
    private Task polling = Task.CompletedTask;
    private volatile bool polls;

    public bool IsOpen => polls;

    public ChannelReader<DeviceCommand> Commands => commands.Reader;

    public Task OpenAsync(CancellationToken ct)
    {
        polling = PollAsync();
        return Task.CompletedTask;
    }

    public Task<VendAnswer> ReserveAsync(ReserveRequest request, CancellationToken ct) => AskAsync(
        "/device/v1/vends", JsonSerializer.SerializeToUtf8Bytes(request, ProtocolJson.Default.ReserveRequest),
        ProtocolJson.Default.VendAnswer, ct);

    public Task<VendAnswer> CommitAsync(string reservation, CommitRequest request, CancellationToken ct) => AskAsync(
        $"/device/v1/vends/{reservation}/commit",
        JsonSerializer.SerializeToUtf8Bytes(request, ProtocolJson.Default.CommitRequest), ProtocolJson.Default.VendAnswer, ct);

    public Task<VendAnswer> CancelAsync(string reservation, CancelRequest request, CancellationToken ct) => AskAsync(
        $"/device/v1/vends/{reservation}/cancel",
        JsonSerializer.SerializeToUtf8Bytes(request, ProtocolJson.Default.CancelRequest), ProtocolJson.Default.VendAnswer, ct);

    public Task<EventsAnswer> TellAsync(EventBatch batch, CancellationToken ct) => AskAsync(
        "/device/v1/events", JsonSerializer.SerializeToUtf8Bytes(batch, ProtocolJson.Default.EventBatch),
        ProtocolJson.Default.EventsAnswer, ct);

    public Task<AcknowledgementAnswer> AcknowledgeAsync(string command, Acknowledgement told, CancellationToken ct) => AskAsync(
        $"/device/v1/commands/{command}/acknowledgement",
        JsonSerializer.SerializeToUtf8Bytes(told, ProtocolJson.Default.Acknowledgement),
        ProtocolJson.Default.AcknowledgementAnswer, ct);

    public async Task<HeartbeatAnswer> BeatAsync(Heartbeat told, CancellationToken ct)
    {
        var answer = await AskAsync(
            "/device/v1/heartbeat", JsonSerializer.SerializeToUtf8Bytes(told, ProtocolJson.Default.Heartbeat),
            ProtocolJson.Default.HeartbeatAnswer, ct);
        polls = true; // who sent a heartbeat is expected to fetch
        foreach (var command in answer.Commands) commands.Writer.TryWrite(command);
        return answer;
    }

    public async Task<DeviceConfig?> ConfigureAsync(string? version, CancellationToken ct)
    {
        using var over = Within(Patience, ct);
        using var answer = await GetAsync("/device/v1/config", version, over.Token, ct);
        if (answer.StatusCode is HttpStatusCode.NotModified) return null;
        return await ReadAsync(answer, ProtocolJson.Default.DeviceConfig, over.Token);
    }

    public void Cut() => stop.Cancel();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await polling;
        stop.Dispose();
    }

    private static CancellationTokenSource Within(TimeSpan time, CancellationToken ct)
    {
        var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        over.CancelAfter(time);
        return over;
    }

    /// <summary>Asks, and lets happen what has to.</summary>
    private async Task<T> AskAsync<T>(string path, byte[] body, JsonTypeInfo<T> type, CancellationToken ct)
    {
        if (faults.Strikes(FaultKind.Delay))
        {
            await Task.Delay(faults.Between(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(3)), world.Time, ct);
        }

        if (faults.Strikes(FaultKind.RequestLost)) await LoseAsync("The request was lost.", ct);
        if (faults.Strikes(FaultKind.WrongSecret)) await sender.IntrudeAsync(path, body, ct);
        using var over = Within(Patience, ct);
        if (faults.Strikes(FaultKind.ConnectionDrop))
        {
            over.CancelAfter(faults.Between(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(15)));
        }

        var signed = sender.Sign(HttpMethod.Post, path, body);
        using var first = await SendAsync(signed, over.Token, ct);
        if (faults.Strikes(FaultKind.Replay)) await sender.ReplayAsync(signed, ct);
        if (first.StatusCode is HttpStatusCode.Unauthorized && sender.SetClock(first))
        {
            using var again = await SendAsync(sender.Sign(HttpMethod.Post, path, body), over.Token, ct);
            return await ReadAsync(again, type, over.Token);
        }

        if (faults.Strikes(FaultKind.AnswerLost)) await LoseAsync("The answer was lost.", ct);
        if (!faults.Strikes(FaultKind.Duplicate)) return await ReadAsync(first, type, over.Token);
        using var second = await SendAsync(sender.Sign(HttpMethod.Post, path, body), over.Token, ct);
        return await ReadAsync(second, type, over.Token);
    }

    private async Task LoseAsync(string why, CancellationToken ct)
    {
        await Task.Delay(GiveUp, world.Time, ct);
        world.Figures.Add(Count.Silence);
        throw new SilenceException(why);
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string? version, CancellationToken over, CancellationToken ct)
    {
        var answer = await SendAsync(sender.Sign(HttpMethod.Get, path, [], version), over, ct);
        if (answer.StatusCode is not HttpStatusCode.Unauthorized || !sender.SetClock(answer)) return answer;
        answer.Dispose();
        return await SendAsync(sender.Sign(HttpMethod.Get, path, [], version), over, ct);
    }

    private async Task<HttpResponseMessage> SendAsync(SignedRequest signed, CancellationToken over, CancellationToken ct)
    {
        try
        {
            return await sender.SendAsync(signed, over);
        }
        catch (Exception lost) when (lost is HttpRequestException or OperationCanceledException or IOException)
        {
            ct.ThrowIfCancellationRequested();
            world.Figures.Add(lost is HttpRequestException ? Count.Errors : Count.Silence);
            throw new SilenceException(lost.Message);
        }
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage answer, JsonTypeInfo<T> type, CancellationToken ct)
    {
        try
        {
            var text = await answer.Content.ReadAsByteArrayAsync(ct);
            if (answer.IsSuccessStatusCode)
            {
                return JsonSerializer.Deserialize(text, type) ?? throw new SilenceException("The answer was empty.");
            }

            var (status, code, detail) = SignedSender.ProblemIn(answer.StatusCode, text);
            world.Figures.Refuse(code);
            if (status >= 500) world.Figures.Add(Count.Errors);
            throw RefusalException.MayPass(status, code) ? new SilenceException(code) : new RefusalException(code, detail);
        }
        catch (Exception lost) when (lost is HttpRequestException or OperationCanceledException or IOException)
        {
            throw new SilenceException(lost.Message);
        }
        catch (JsonException unreadable)
        {
            world.Witness.SawBreach($"{who.Id} was answered what it cannot read: {unreadable.Message}");
            throw new SilenceException(unreadable.Message);
        }
    }

    /// <summary>Waits at the server for commands, all the time.</summary>
    private async Task PollAsync()
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"/device/v1/commands?wait={PollSeconds}");
        try
        {
            while (true)
            {
                try
                {
                    using var over = Within(Patience + TimeSpan.FromSeconds(PollSeconds), stop.Token);
                    using var answer = await GetAsync(path, version: null, over.Token, stop.Token);
                    var list = await ReadAsync(answer, ProtocolJson.Default.CommandList, over.Token);
                    polls = true;
                    foreach (var command in list.Commands) commands.Writer.TryWrite(command);
                    // What is not acknowledged yet would be handed out again at once.
                    if (list.Commands.Count > 0) await Task.Delay(TimeSpan.FromSeconds(1), world.Time, stop.Token);
                }
                catch (Exception trouble) when (trouble is SilenceException or RefusalException)
                {
                    polls = false;
                    await Task.Delay(TimeSpan.FromSeconds(1), world.Time, stop.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            polls = false;
            commands.Writer.TryComplete();
        }
    }
}
