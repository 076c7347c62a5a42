using System.Globalization;
using Automat.Bench;
using Automat.Bench.Panel;

// The broker and the load on it, each in a process of its own.
switch (args)
{
    case ["mqtt-broker"]:
        await MqttBrokerProcess.RunAsync();
        return 0;
    case ["mqtt-load", .. var load]:
        await MqttLoad.RunAsync(load);
        return 0;
}

// Each figure stands beside its limit, measured in the same run and in turns with it.
var what = args.FirstOrDefault() ?? "all";
if (what is not ("journal" or "ledger" or "webhook" or "mqtt" or "device" or "panel" or "all"))
{
    Console.Error.WriteLine("Usage: Automat.Bench [journal|ledger|webhook|mqtt|device|panel [machines vends entries] [folder]|all]");
    return 2;
}

var noise = Noise.Begin();
if (what is "journal" or "all") await JournalBench.RunAsync(noise);
if (what is "ledger" or "all") await LedgerBench.RunAsync(noise);
if (what is "webhook" or "all") await WebhookBench.RunAsync(noise);
if (what is "mqtt" or "all") await MqttBench.RunAsync(noise);
if (what is "device" or "all") await DeviceBench.RunAsync(noise);
if (what is "panel" or "all")
{
    var numbers = args.Skip(1).TakeWhile(a => char.IsAsciiDigit(a[0])).Select(a => int.Parse(a, CultureInfo.InvariantCulture)).ToList();
    await PanelBench.RunAsync(noise, numbers, args.ElementAtOrDefault(1 + numbers.Count));
}

noise.Report();
return 0;
