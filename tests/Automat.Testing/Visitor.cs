using System.Net;
using System.Text.RegularExpressions;

namespace Automat.Testing;

/// <summary>Somebody with a browser of their own that knows no JavaScript: follows pages and sends their forms.</summary>
public sealed partial class Visitor : IDisposable
{
    private readonly HttpClient client;

    /// <summary>Comes to an app.</summary>
    public Visitor(TestApp app)
    {
        client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = true, CookieContainer = Cookies })
        {
            BaseAddress = app.Http,
        };
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
    }

    /// <summary>What the browser keeps.</summary>
    public CookieContainer Cookies { get; } = new();

    /// <summary>A page's status, text and where it leads.</summary>
    public sealed record Answer(int Status, string Text, string? Location, HttpResponseMessage Response);

    /// <summary>Opens a page.</summary>
    public async Task<Answer> OpenAsync(string path) => await ReadAsync(await client.GetAsync(new Uri(path, UriKind.RelativeOrAbsolute)));

    /// <summary>Fills in the form of a page and sends it where the page says.</summary>
    /// <param name="page">Where the form stands.</param>
    /// <param name="target">Where it goes to.</param>
    /// <param name="fields">What is filled in.</param>
    public async Task<Answer> SendAsync(string page, string target, params (string Name, string Value)[] fields)
    {
        var shown = await OpenAsync(page);
        var token = Token().Match(shown.Text);
        if (!token.Success) throw new InvalidOperationException($"{page} ({shown.Status} → {shown.Location}) has no form: {shown.Text}");
        return await PostAsync(target, [("__RequestVerificationToken", token.Groups["token"].Value), .. fields]);
    }

    /// <summary>Fills in the form of a page that takes a file, named <c>file</c>.</summary>
    public async Task<Answer> UploadAsync(string page, string target, byte[] file, params (string Name, string Value)[] fields)
    {
        var token = Token().Match((await OpenAsync(page)).Text);
        using var content = new MultipartFormDataContent { { new ByteArrayContent(file), "file", "file.bin" } };
        foreach (var (name, value) in fields) content.Add(new StringContent(value), name);
        content.Add(new StringContent(token.Groups["token"].Value), "__RequestVerificationToken");
        return await ReadAsync(await client.PostAsync(new Uri(target, UriKind.RelativeOrAbsolute), content));
    }

    /// <summary>Sends fields without looking at a page first.</summary>
    public async Task<Answer> PostAsync(string target, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        return await ReadAsync(await client.PostAsync(new Uri(target, UriKind.RelativeOrAbsolute), content));
    }

    /// <summary>Signs in with name and password; the second step is the caller's.</summary>
    public Task<Answer> SignInAsync(string name, string password, string returnUrl = "/panel") =>
        SendAsync("/sign-in", "/sign-in", ("return_url", returnUrl), ("name", name), ("password", password));

    /// <inheritdoc/>
    public void Dispose() => client.Dispose();

    private static async Task<Answer> ReadAsync(HttpResponseMessage response) => new(
        (int)response.StatusCode, WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync()),
        response.Headers.Location?.ToString(), response);

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Token();
}
