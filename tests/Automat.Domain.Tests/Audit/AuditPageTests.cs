using System.Text.Json;
using System.Text.RegularExpressions;
using Automat.Domain.Audit;

namespace Automat.Domain.Tests.Audit;

/// <summary>The chain as <c>docs/audit.md</c> describes it, byte by byte.</summary>
public sealed class AuditPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Root(), "docs", "audit.md"));

    [Fact]
    [Trait("Accepts", "S2-19")]
    public void The_worked_event_gives_the_bytes_and_the_hash_the_page_says()
    {
        var worked = JsonDocument.Parse(Block("json")).RootElement;
        var previous = Convert.FromHexString(worked.GetProperty("previous_hash").GetString()!);

        var bytes = AuditChain.Bytes(previous, Read(worked));

        Assert.Equal(Block("hex").Replace("\n", "", StringComparison.Ordinal), Convert.ToHexStringLower(bytes));
        Assert.Equal(
            worked.GetProperty("hash").GetString(), Convert.ToHexStringLower(AuditChain.Hash(previous, Read(worked))));
    }

    [Fact]
    [Trait("Accepts", "S2-19")]
    public void Every_field_counts_and_absent_is_not_empty()
    {
        var one = Read(JsonDocument.Parse(Block("json")).RootElement);
        AuditRecord[] others =
        [
            one, one with { Id = Guid.Empty }, one with { Organization = Guid.Empty }, one with { Number = 3 }, one with { At = 0 },
            one with { ActorKind = "Token" }, one with { Actor = "x" }, one with { OnBehalfOf = "" }, one with { OnBehalfOf = "x" },
            one with { Origin = null }, one with { Origin = "" }, one with { Action = "x" }, one with { SubjectType = "x" },
            one with { Subject = "x" }, one with { Changes = "{}" }, one with { Reason = null }, one with { CorrelationId = null },
            one with { SubjectType = one.SubjectType + "s", Subject = one.Subject[1..] },
        ];

        var hashes = others.Select(o => Convert.ToHexString(AuditChain.Hash(AuditChain.Genesis, o))).ToList();

        Assert.Equal(hashes.Count, hashes.Distinct(StringComparer.Ordinal).Count());
        Assert.NotEqual(hashes[0], Convert.ToHexString(AuditChain.Hash([.. Enumerable.Repeat((byte)1, 32)], one)));
    }

    private static AuditRecord Read(JsonElement e) => new()
    {
        Id = e.GetProperty("id").GetGuid(),
        Organization = e.GetProperty("organization").GetGuid(),
        Number = e.GetProperty("number").GetInt64(),
        At = e.GetProperty("at").GetInt64(),
        ActorKind = e.GetProperty("actor_kind").GetString()!,
        Actor = e.GetProperty("actor").GetString()!,
        OnBehalfOf = e.GetProperty("on_behalf_of").GetString(),
        Origin = e.GetProperty("origin").GetString(),
        Action = e.GetProperty("action").GetString()!,
        SubjectType = e.GetProperty("subject_type").GetString()!,
        Subject = e.GetProperty("subject").GetString()!,
        Changes = e.GetProperty("changes").GetString()!,
        Reason = e.GetProperty("reason").GetString(),
        CorrelationId = e.GetProperty("correlation_id").GetString(),
    };

    private static string Block(string language) =>
        Regex.Match(
            Page, $"```{language}\r?\n(?<block>.*?)\r?\n```", RegexOptions.Singleline | RegexOptions.ExplicitCapture,
            TimeSpan.FromSeconds(1)).Groups["block"].Value.Replace("\r", "", StringComparison.Ordinal);

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Automat.slnx"))) return folder.FullName;
        }

        throw new InvalidOperationException("Run the tests from the checkout's own artifacts.");
    }
}
