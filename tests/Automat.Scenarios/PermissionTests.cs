using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Automat.Testing;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Scenarios;

/// <summary>Every address says who may use it, and means it.</summary>
public sealed partial class PermissionTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private TestApp App => shared.App;

    [Fact]
    [Trait("Accepts", "S3-14")]
    [Trait("Accepts", "S0-18")]
    public void Every_address_names_a_permission_or_says_why_not() => Assert.All(Routes(), route => Assert.True(
        PermissionOf(route) is not null || route.Metadata.GetMetadata<PublicMark>() is not null,
        $"{Address(route)} states nothing: RequirePermission, IsPublic or ChecksItself."));

    [Fact]
    [Trait("Accepts", "S2-17")]
    [Trait("Accepts", "S3-14")]
    public async Task The_page_about_permissions_is_true_for_every_role()
    {
        // An administrator of the organisation alone; the demo's first one looks after the platform, too.
        (string Name, Role? Role, bool Platform, string? Token)[] callers =
        [
            ("nobody", null, false, null),
            ("administrator", Role.Admin, false, await BearerAsync("admin1")),
            ("operator", Role.Operator, false, await BearerAsync("operator@demo.automat")),
            ("auditor", Role.Auditor, false, await BearerAsync("auditor@demo.automat")),
            ("platform administrator", Role.Admin, true, await BearerAsync("admin@demo.automat")),
        ];
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = App.Http };
        var wrong = new List<string>();
        // Signing out would end the session the next question is asked with.
        foreach (var route in Routes().Where(r => PermissionOf(r) is not null && r.RoutePattern.RawText != "/api/v1/sign-out"))
        {
            foreach (var method in MethodsOf(route))
            {
                foreach (var (name, role, platform, token) in callers)
                {
                    using var request = new HttpRequestMessage(new HttpMethod(method), Sample(route));
                    if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                    if (method != "GET") request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
                    using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
                    var permission = PermissionOf(route)!.Value;
                    var may = platform && permission is Permission.PlatformWrite;
                    var expected = role is null ? 401 : may || Permissions.Has(role.Value, permission) ? 0 : 403;
                    var heard = (int)answer.StatusCode is 401 or 403 ? (int)answer.StatusCode : 0;
                    if (heard != expected) wrong.Add($"{method} {route.RoutePattern.RawText} as {name}: {(int)answer.StatusCode}");
                }
            }
        }

        Assert.Empty(wrong);
    }

    [Fact]
    [Trait("Accepts", "S0-18")]
    public async Task No_person_gets_in_where_only_machines_do()
    {
        var token = await BearerAsync("admin@demo.automat");
        var machines = Routes().Where(r => r.Metadata.GetMetadata<PublicMark>() is { Why: "a machine's signature" }).ToList();
        Assert.NotEmpty(machines);
        foreach (var (route, method) in machines.SelectMany(r => MethodsOf(r).Select(m => (r, m))))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), Sample(route));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);

            using var answer = await App.Client.SendAsync(request);

            Assert.True(answer.StatusCode is System.Net.HttpStatusCode.Unauthorized, $"{Address(route)}: {answer.StatusCode}");
        }
    }

    [Fact]
    [Trait("Accepts", "S2-17")]
    public void Auditors_read_and_change_nothing() => Assert.All(
        Permissions.All.Where(p => Permissions.Has(Role.Auditor, p) && p is not (Permission.OwnSignIn or Permission.OwnAccount or Permission.OwnTokens)),
        p => Assert.EndsWith(".read", Permissions.NameOf(p), StringComparison.Ordinal));

    [Fact]
    [Trait("Accepts", "S2-17")]
    public async Task The_page_about_permissions_is_up_to_date()
    {
        var page = PagePath();
        var now = Page();
        if (Environment.GetEnvironmentVariable("AUTOMAT_UPDATE_DOCS") == "1") await File.WriteAllTextAsync(page, now);

        Assert.True(File.Exists(page) && await File.ReadAllTextAsync(page) == now,
            "docs/permissions.md is stale: AUTOMAT_UPDATE_DOCS=1 dotnet test --project tests/Automat.Scenarios --filter-class '*PermissionTests'");
    }

    private string Page()
    {
        var text = new StringBuilder("# Who may do what\n\nWritten by a test from the one table in `Access/Permissions.cs` and from the running server; another test tries\nevery address below as every role.\n\n")
            .Append("## Permissions\n\nA permission's name is also the scope of a token, where there is a dot in the last column.\n\n")
            .Append("What is nobody's is the platform's administrators'.\n\n")
            .Append("| permission | administrator | operator | auditor | token |\n| --- | --- | --- | --- | --- |\n");
        foreach (var permission in Permissions.All)
        {
            text.Append(CultureInfo.InvariantCulture, $"| `{Permissions.NameOf(permission)}` ");
            foreach (var role in Enum.GetValues<Role>()) text.Append(Permissions.Has(role, permission) ? "| ● " : "| – ");
            text.Append(Permissions.Scopes.Contains(permission) ? "| ● |\n" : "| – |\n");
        }

        text.Append("\n## Addresses\n\n| address | who |\n| --- | --- |\n");
        foreach (var line in Routes().SelectMany(r => MethodsOf(r).Select(m => (Path: r.RoutePattern.RawText!, Method: m, Route: r)))
            .Select(r => $"| `{r.Method} /{r.Path.TrimStart('/')}` | {Who(r.Route)} |").Distinct().Order(StringComparer.Ordinal))
        {
            text.Append(line).Append('\n');
        }

        return text.ToString();
    }

    private static string Who(RouteEndpoint route)
    {
        if (PermissionOf(route) is { } permission)
            return $"`{Permissions.NameOf(permission)}`{(route.Metadata.GetMetadata<FreshMark>() is null ? "" : ", with a fresh proof")}";
        var mark = route.Metadata.GetMetadata<PublicMark>();
        return mark is null ? "nobody" : $"{(mark.ByDevice ? "checks itself" : "everybody")}: {mark.Why}";
    }

    private async Task<string> BearerAsync(string name)
    {
        using var client = new HttpClient { BaseAddress = App.Http };
        using var answer = await client.PostAsJsonAsync("/api/v1/sign-in", new { email = name, password = TestApp.Password });
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("access_token").GetString()!;
    }

    private List<RouteEndpoint> Routes() =>
        [.. App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().Where(r => r.RoutePattern.RawText is not null)];

    private static IReadOnlyList<string> MethodsOf(RouteEndpoint route) =>
        route.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET"];

    private static Permission? PermissionOf(RouteEndpoint route) =>
        route.Metadata.GetMetadata<IAllowAnonymous>() is not null ? null
        : route.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(a => Permissions.AskedBy(a.Policy)).LastOrDefault(p => p is not null);

    private static string Address(RouteEndpoint route) => $"{string.Join('/', MethodsOf(route))} {route.RoutePattern.RawText}";

    private static string PagePath([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../docs/permissions.md"));

    /// <summary>An address of the route; what it names does not exist.</summary>
    private static string Sample(RouteEndpoint route) => Parameter().Replace(
        route.RoutePattern.RawText!, p => p.Value.EndsWith(":guid}", StringComparison.Ordinal) ? Guid.Empty.ToString() : "1");

    [GeneratedRegex(@"\{[^}]+\}", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Parameter();
}
