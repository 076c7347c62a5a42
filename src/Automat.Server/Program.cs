using Automat.Server.Cli;

return await CommandLine.RunAsync(args);
