using Ingest;
using Ingest.Cli;

if (args is ["load", ..]) Loader.WarmUp();
return await CommandLine.RunAsync(args, Shell.Current());
